package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A scheduled rule with its one target. It fires at once, so that a restart goes on at once, and
 * then at its rate.
 */
final class Schedule implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  private Schedule() {}

  static Schedule start(
      String rule,
      Duration rate,
      String function,
      RequestHandler<ScheduledEvent, Void> target,
      Invocations invocations,
      InstantSource clock) {
    Schedule schedule = new Schedule();
    Runnable fire =
        () ->
            invocations.start(
                function,
                context -> target.handleRequest(Bus.scheduled(rule, clock.instant()), context));
    var _ = schedule.timer.scheduleAtFixedRate(fire, 0, rate.toMillis(), TimeUnit.MILLISECONDS);
    return schedule;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
