package org.servicerollouts.targets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Runtime;

/**
 * A move from one version to the next against somebody else's idea of Lambda. Moto ignores
 * RevisionId, so this shows nothing about races.
 */
@EnabledIf(value = "isThere", disabledReason = "python3 has no moto with its server here")
class MotoTest {
  private static final Target.LambdaAlias LIVE = new Target.LambdaAlias("checkout", "live");
  private static final Pattern LISTENS =
      Pattern.compile("Running on (http://127\\.0\\.0\\.1:\\d+)");

  private static Process moto;
  private static LambdaClient client;

  static boolean isThere() throws Exception {
    try {
      return python("-c", "import moto.server").waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Process python(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = "python3";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @BeforeAll
  static void start() throws Exception {
    moto = python("-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0");
    URI endpoint = endpoint();
    client =
        Clients.client(
            LambdaClient.builder()
                .endpointOverride(endpoint)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"))),
            "us-east-1",
            1);
    createRole(endpoint);
    client.createFunction(
        r ->
            r.functionName("checkout")
                .runtime(Runtime.PYTHON3_13)
                .handler("code.handler")
                .role("arn:aws:iam::123456789012:role/checkout")
                .code(c -> c.zipFile(zip("1")))
                .publish(true));
    client.updateFunctionCode(r -> r.functionName("checkout").zipFile(zip("2")).publish(true));
    client.createAlias(r -> r.functionName("checkout").name("live").functionVersion("1"));
  }

  /** Goes on reading what moto says, so that it is never held up. */
  private static URI endpoint() throws IOException {
    BufferedReader output = moto.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        Thread.ofVirtual().start(() -> output.lines().forEach(said -> {}));
        return URI.create(listens.group(1));
      }
    }
    throw new IllegalStateException("moto's server ended without listening");
  }

  /** Moto tells by the signature's scope which API is meant. */
  private static void createRole(URI endpoint) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(endpoint)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header(
                      "Authorization",
                      "AWS4-HMAC-SHA256 Credential=id/20260301/us-east-1/iam/aws4_request,"
                          + " SignedHeaders=host, Signature=none")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "Action=CreateRole&Version=2010-05-08&RoleName=checkout"
                              + "&AssumeRolePolicyDocument=%7B%7D"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  private static SdkBytes zip(String code) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("code.py"));
      zip.write(code.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }

  @AfterAll
  static void stop() throws Exception {
    moto.destroy();
    moto.waitFor();
  }

  @Test
  void aShareOfTheCallsIsMovedStepByStepAndAtTheEndNoWeightIsLeft() {
    LambdaAliases aliases = new LambdaAliases(client);
    Held held = held(aliases.read(LIVE));
    assertThat(held.weights()).isEqualTo(percent(Map.of("1", 100)));

    for (int second : new int[] {10, 50, 99}) {
      SortedMap<String, Long> step = percent(Map.of("1", 100 - second, "2", second));
      held = held(aliases.set(LIVE, step, held));
      assertThat(held.holds(step)).isTrue();
      assertThat(held.primary()).isEqualTo("1");
      assertThat(held(aliases.read(LIVE))).isEqualTo(held);
    }

    aliases.set(LIVE, percent(Map.of("2", 100)), held);
    Held end = held(aliases.read(LIVE));
    assertThat(end.primary()).isEqualTo("2");
    assertThat(end.weights()).isEqualTo(percent(Map.of("2", 100)));
  }

  private static SortedMap<String, Long> percent(Map<String, Integer> percent) {
    SortedMap<String, Long> weights = new TreeMap<>();
    percent.forEach((version, share) -> weights.put(version, share * Shares.PERCENT));
    return weights;
  }

  private static Held held(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Is.class);
    return ((Answer.Is) answer).held();
  }
}
