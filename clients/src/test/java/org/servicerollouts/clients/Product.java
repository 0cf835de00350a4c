package org.servicerollouts.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code serve} as a process of its own, as {@code ./rollouts} starts it: what it logs is added to
 * {@code target/serve.log}.
 */
final class Product implements AutoCloseable {
  private static final Path LOCAL = Path.of("..", "local", "target");
  private static final Pattern READY = Pattern.compile("ready on (http://127\\.0\\.0\\.1:\\d+) ");

  private final Process process;
  private final Thread killer;
  private final URI url;

  private Product(Process process) throws IOException {
    this.process = process;
    killer = new Thread(process::destroyForcibly);
    // A run that is broken off closes nothing
    Runtime.getRuntime().addShutdownHook(killer);
    url = untilReady(process);
  }

  /** Starts it on a free port, with {@code arguments} besides; it is ready when this returns. */
  static Product start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                LOCAL.resolve("classes")
                    + File.pathSeparator
                    + Files.readString(LOCAL.resolve("classpath")),
                "org.servicerollouts.local.Serve",
                "--port",
                "0"));
    command.addAll(List.of(arguments));
    return new Product(
        new ProcessBuilder(command)
            .redirectError(Redirect.appendTo(Path.of("target", "serve.log").toFile()))
            .start());
  }

  /** {@code http://127.0.0.1:PORT}. */
  URI url() {
    return url;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    process.destroyForcibly().onExit().join();
    Runtime.getRuntime().removeShutdownHook(killer);
  }

  private static URI untilReady(Process process) throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader reader = process.inputReader(UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return URI.create(ready.group(1));
      }
    }
    throw new AssertionError("serve ended before it was ready: " + lines);
  }
}
