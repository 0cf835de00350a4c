package org.servicerollouts.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.local.demo.Api;

/** {@code serve} as a process of its own, as a person starts and ends it. */
class ServeTest {
  private static final Pattern READY = Pattern.compile("ready on (http://127\\.0\\.0\\.1:\\d+) ");
  private static final String FOO = "/api/v2/services/cn-shanghai/foo";
  private static final int KILLED_AT = 4;

  @TempDir private Path folder;

  @Test
  void stopsCleanlyAndTakesItsTemporaryFolderWithIt() throws Exception {
    Process serve = serve("--port", "0");
    List<String> lines = untilReady(serve);
    Path temporary = folderIn(lines.getFirst());
    assertThat(temporary).isDirectory();

    // Process.destroy would also close its streams
    serve.toHandle().destroy();

    assertThat(serve.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(serve.exitValue()).isZero();
    assertThat(temporary).doesNotExist();
    assertThat(lines).hasSize(3);
    assertThat(output(serve)).isEmpty();
  }

  @Test
  void goesOnFromTheSameBatchAfterItWasKilled() throws Exception {
    Process first = serve("--port", "0", "--data", folder.toString());
    int before;
    try (Api api = new Api(url(untilReady(first)))) {
      api.post(
          "/api/v2/services",
          """
          {"metadata": {"name": "foo", "region": "cn-shanghai", "instance": 8},
           "features": {"eas.aliyun.com/enable-rollout": "true"}, "image": "1"}\
          """);
      api.post(FOO + "/rollout", "{\"Batch\": {\"BatchSize\": \"1\", \"Interval\": \"1s\"}}");
      api.put(FOO, "{\"image\": \"2\"}");
      Await.until(KILLED_AT + " updated", () -> updated(api) >= KILLED_AT);
      before = updated(api);
    } finally {
      kill(first);
    }

    Process second = serve("--port", "0", "--data", folder.toString());
    try (Api api = new Api(url(untilReady(second)))) {
      List<Integer> seen = new ArrayList<>(List.of(before));
      Await.until(
          "all updated",
          () -> {
            JsonNode status = describe(api).path("Status");
            int now = status.path("UpdatedReplicas").asInt();
            if (now != seen.getLast()) {
              seen.add(now);
            }
            return status.path("Phase").asText().equals("Completed");
          });
      int from = seen.get(1) == before + 1 ? before : before + 1;
      assertThat(seen.subList(1, seen.size()))
          .as("each batch once, one after the other, from %d", before)
          .isEqualTo(IntStream.rangeClosed(from + 1, 8).boxed().toList());
      assertThat(steps(api)).as("each batch once").isEqualTo(8);
    } finally {
      kill(second);
    }
  }

  @Test
  void refusesAFolderInUseByAnotherProcess() throws Exception {
    Process first = serve("--port", "0", "--data", folder.toString());
    untilReady(first);
    try {
      assertRefused(
          serve("--port", "0", "--data", folder.toString()),
          "--data: " + folder + " is in use (expected: a folder that no other serve uses)");
    } finally {
      kill(first);
    }
  }

  @Test
  void refusesABusyPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertRefused(
          serve("--port", port, "--data", folder.toString()),
          "--port: " + port + " is in use on 127.0.0.1 (expected: a free port; 0 takes one)");
    }
  }

  @Test
  void refusesWhatItDoesNotKnow() throws Exception {
    assertRefused(serve("--prot", "1"), "--prot: unknown (" + Arguments.USAGE + ")");
  }

  private static void assertRefused(Process serve, String line) throws Exception {
    assertThat(serve.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(output(serve)).isEqualTo(line + System.lineSeparator());
    assertThat(serve.exitValue()).isEqualTo(2);
  }

  private static Process serve(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Serve.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Its lines up to the one that says that it is ready. */
  private static List<String> untilReady(Process serve) throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader reader = serve.inputReader(UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (READY.matcher(line).find()) {
        return lines;
      }
    }
    throw new AssertionError("serve ended before it was ready: " + lines);
  }

  private static String url(List<String> lines) {
    Matcher ready = READY.matcher(lines.getLast());
    assertThat(ready.find()).isTrue();
    return ready.group(1);
  }

  private static Path folderIn(String line) {
    Matcher folder = Pattern.compile("lives in (\\S+),").matcher(line);
    assertThat(folder.find()).as(line).isTrue();
    return Path.of(folder.group(1));
  }

  private static String output(Process process) {
    StringBuilder rest = new StringBuilder();
    process
        .inputReader(UTF_8)
        .lines()
        .forEach(line -> rest.append(line).append(System.lineSeparator()));
    return rest.toString();
  }

  private static JsonNode describe(Api api) {
    try {
      return api.get(FOO + "/rollout").path("Rollout");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int updated(Api api) {
    return describe(api).at("/Status/UpdatedReplicas").asInt();
  }

  /** How many batches its operation tells of. */
  private static int steps(Api api) throws InterruptedException {
    return api.get("/v1/" + describe(api).get("OperationName").asText())
        .at("/metadata/steps")
        .size();
  }
}
