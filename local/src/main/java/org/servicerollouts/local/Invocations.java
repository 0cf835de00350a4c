package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lambda's asynchronous invocations, with 0 retries: each on a thread of its own, a failure is only
 * told.
 */
final class Invocations implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final long INTERRUPTED_EVERY_MS = 50;
  private static final System.Logger LOG = System.getLogger(Invocations.class.getName());

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final InstantSource clock;

  Invocations(InstantSource clock) {
    this.clock = clock;
  }

  /** Invokes {@code function} and returns at once. */
  void start(String function, Consumer<Context> code) {
    Invocation invocation = Invocation.of(function, TIMEOUT, clock);
    try {
      threads.execute(() -> run(invocation, code));
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} is not invoked any more", function);
    }
  }

  private void run(Invocation invocation, Consumer<Context> code) {
    try {
      code.accept(invocation);
    } catch (RuntimeException | Error e) {
      if (!threads.isShutdown()) {
        LOG.log(System.Logger.Level.WARNING, invocation.function() + " failed: " + e);
      }
    }
  }

  /**
   * Interrupts what still runs, as a function whose environment goes away; again and again, because
   * a library on the way may have taken the interruption for its own.
   */
  @Override
  public void close() {
    Instant deadline = Instant.now().plus(STOP);
    try {
      do {
        threads.shutdownNow();
      } while (!threads.awaitTermination(INTERRUPTED_EVERY_MS, TimeUnit.MILLISECONDS)
          && Instant.now().isBefore(deadline));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!threads.isTerminated()) {
      LOG.log(System.Logger.Level.WARNING, "A function still runs, {0} after its end", STOP);
    }
  }
}
