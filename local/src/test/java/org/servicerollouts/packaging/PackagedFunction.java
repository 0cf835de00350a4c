package org.servicerollouts.packaging;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * A function as Lambda starts it: its zip unpacked in a folder, its handler called by AWS's own
 * runtime interface client, which finds in that folder all that is not its own.
 */
final class PackagedFunction implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GLANCE = Duration.ofMillis(100);

  /** The runtime interface client and what it needs. */
  private static final List<Class<?>> RUNTIME =
      List.of(
          AWSLambda.class, LambdaLogger.class, PojoSerializer.class, SdkInternalThreadLocal.class);

  private final String name;
  private final RuntimeApi runtimeApi;
  private final Process process;
  private final Path output;

  private PackagedFunction(String name, RuntimeApi runtimeApi, Process process, Path output) {
    this.name = name;
    this.runtimeApi = runtimeApi;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts {@code function} under {@code folder}, with {@code environment} beside what Lambda sets.
   */
  static PackagedFunction start(
      Template.Function function, Path folder, Map<String, String> environment) throws IOException {
    if (!Files.exists(function.zip())) {
      throw new IllegalStateException(
          function.zip() + " is missing (expected: packed before, as by mvn verify)");
    }
    Path taskRoot = folder.resolve(function.name());
    unpack(function.zip(), taskRoot);
    Path output = folder.resolve(function.name() + ".log");
    RuntimeApi runtimeApi = new RuntimeApi();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                RUNTIME.stream()
                    .map(PackagedFunction::jar)
                    .collect(Collectors.joining(File.pathSeparator)),
                AWSLambda.class.getName(),
                function.handler())
            .directory(taskRoot.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", runtimeApi.address(),
                "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start",
                "AWS_LAMBDA_FUNCTION_NAME", function.name(),
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_LOG_FORMAT", "JSON",
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "packaged",
                "AWS_SECRET_ACCESS_KEY", "packaged",
                "LAMBDA_TASK_ROOT", taskRoot.toString(),
                "_HANDLER", function.handler()));
    builder.environment().putAll(environment);
    return new PackagedFunction(function.name(), runtimeApi, builder.start(), output);
  }

  /** What the function answers to {@code event}. */
  JsonNode invoke(JsonNode event) throws InterruptedException, IOException {
    runtimeApi.send(event.toString());
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      Optional<RuntimeApi.Answer> answer = runtimeApi.answer(GLANCE);
      if (answer.isPresent() && !answer.get().failed()) {
        return Template.json(answer.get().body());
      }
      if (answer.isPresent()) {
        throw new AssertionError(name + " failed: " + answer.get().body() + "\n" + log());
      }
      if (!process.isAlive()) {
        throw new AssertionError(name + " ended with " + process.exitValue() + "\n" + log());
      }
    }
    throw new AssertionError(name + " gave no answer within " + PATIENCE + "\n" + log());
  }

  /** All that it has logged. */
  String log() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    runtimeApi.close();
  }

  private static void unpack(Path zip, Path folder) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(file)) {
      for (ZipEntry entry; (entry = entries.getNextEntry()) != null; ) {
        Path path = folder.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(entries, path);
        }
      }
    }
  }

  private static String jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
