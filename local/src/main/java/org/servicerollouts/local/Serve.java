package org.servicerollouts.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.lambda.Keys;

/** {@code ./rollouts serve}: the whole system on 127.0.0.1, until it is stopped. */
public final class Serve {
  private Serve() {}

  public static void main(String[] args) {
    Program.run(0, program -> serve(program, Arguments.parse(args)));
  }

  private static int serve(Program program, Arguments arguments) throws InterruptedException {
    Path folder =
        arguments.data().orElseGet(() -> program.closing(TemporaryFolder.create()).path());
    Stack stack =
        program.closing(
            Stack.start(
                folder,
                arguments.port(),
                arguments.keys().map(Serve::keys),
                arguments.aws(),
                List.of()));
    arguments.functions().forEach(stack.aws()::add);
    if (arguments.data().isEmpty()) {
      System.out.println(
          "The table lives in " + folder + ", which goes when serve ends; --data DIR keeps one");
    }
    System.out.println(
        "Lambda's aliases are played on "
            + stack.aws().lambda().endpoint()
            + ", CloudWatch's alarms on "
            + stack.aws().cloudWatch().endpoint()
            + "; aws --endpoint-url reaches them");
    System.out.println(
        "Service Rollouts is ready on "
            + stack.url()
            + " (data: "
            + folder
            + "; "
            + arguments
                .keys()
                .map(file -> "callers show a key of " + file + ", or sign with one")
                .orElse("all calls are let through without keys")
            + "; stop with Ctrl-C)");
    new CountDownLatch(1).await();
    return 0;
  }

  private static Supplier<String> keys(Path file) {
    try {
      Keys.parse(Files.readString(file));
    } catch (IOException e) {
      throw new Refusal("--keys: " + file + " cannot be read (expected: a file of keys)");
    } catch (ProblemException e) {
      throw new Refusal("--keys: " + file + ": " + e.getMessage());
    }
    return () -> read(file);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
