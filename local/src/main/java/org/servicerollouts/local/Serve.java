package org.servicerollouts.local;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code ./rollouts serve}: the whole system on 127.0.0.1, until it is stopped. */
public final class Serve {
  private Serve() {}

  public static void main(String[] args) {
    Program.run(0, program -> serve(program, Arguments.parse(args)));
  }

  private static int serve(Program program, Arguments arguments) throws InterruptedException {
    Path folder =
        arguments.data().orElseGet(() -> program.closing(TemporaryFolder.create()).path());
    Stack stack = program.closing(Stack.start(folder, arguments.port()));
    if (arguments.data().isEmpty()) {
      System.out.println(
          "The table lives in " + folder + ", which goes when serve ends; --data DIR keeps one");
    }
    System.out.println(
        "Service Rollouts is ready on "
            + stack.url()
            + " (data: "
            + folder
            + "; /api/v2 calls are let through without keys; stop with Ctrl-C)");
    new CountDownLatch(1).await();
    return 0;
  }
}
