package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InvocationsTest {

  @Test
  void tellsAFunctionAboutItsInvocation() throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    try (Invocations invocations = new Invocations(InstantSource.system())) {
      invocations.start(
          "advance-batches",
          context ->
              told.complete(
                  context.getFunctionName()
                      + " "
                      + (context.getRemainingTimeInMillis() > 0)
                      + " "
                      + context.getInvokedFunctionArn()));

      assertThat(told.get(20, TimeUnit.SECONDS))
          .isEqualTo(
              "advance-batches true"
                  + " arn:aws:lambda:ddblocal:000000000000:function:advance-batches:live");
    }
  }

  @Test
  void endsAFunctionThatLostItsFirstInterruption() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch runs = new CountDownLatch(1);
    CompletableFuture<String> ended = new CompletableFuture<>();
    try (Invocations invocations = new Invocations(InstantSource.system())) {
      invocations.start(
          "advance-batches",
          context -> {
            runs.countDown();
            awaitInterruption(never);
            awaitInterruption(never);
            ended.complete("interrupted twice");
          });
      awaitInterruption(runs);
    }

    assertThat(ended).isCompletedWithValue("interrupted twice");
  }

  @Test
  void startsNothingAfterItsEnd() {
    Invocations invocations = new Invocations(InstantSource.system());
    invocations.close();
    CompletableFuture<String> started = new CompletableFuture<>();

    invocations.start("advance-batches", context -> started.complete("started"));

    assertThat(started).isNotDone();
  }

  private static void awaitInterruption(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      // What a library on the way does: it is taken for its own
    }
  }
}
