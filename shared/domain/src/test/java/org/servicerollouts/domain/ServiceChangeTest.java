package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What changes a service besides the moves of its rollouts, and the bounds of creating one. */
class ServiceChangeTest {
  private static final Instant NOW = Instant.parse("2026-05-08T16:10:56Z");
  private static final Cause SOMEBODY = Cause.request("somebody");
  private static final Service EMPTY =
      NewService.empty(new ServiceName("svc"), Kind.TRAFFIC, 0, "", SOMEBODY, NOW).service();
  private static final Service TEN = firstRevision(10);

  private static Service firstRevision(long total) {
    return NewService.atFirstRevision(
            new ServiceName("foo.cn-shanghai"),
            total,
            true,
            ServiceChangeTest::config,
            "{}",
            SOMEBODY,
            NOW)
        .service();
  }

  private static Config config(String id, long ord) {
    return new Config(id, ord, NOW, "somebody", "", "{}");
  }

  @Test
  void a_service_at_its_first_revision_runs_it_everywhere_and_it_is_last_good() {
    assertThat(TEN.v()).isEqualTo(1);
    assertThat(TEN.currentRevision()).contains(TEN.revision(1));
    assertThat(TEN.allocation()).contains(Replicas.all(TEN.revision(1), 10));
    assertThat(TEN.revision(1)).matches("service-[0-9a-f]{6}-v1");
  }

  @Test
  void a_made_up_config_id_counts_from_r0_and_skips_what_was_given() {
    Service given = created(EMPTY, Optional.of("2026-05-08r7"));
    assertThat(given.v()).isEqualTo(EMPTY.v() + 1);
    assertThat(created(EMPTY, Optional.empty()).counters().configs().last())
        .isEqualTo("2026-05-08r0");
    assertThat(created(given, Optional.empty()).counters().configs().last())
        .isEqualTo("2026-05-08r8");
    Service far = created(given, Optional.of("2026-05-08r999999999"));
    assertThat(created(far, Optional.empty()).counters().configs().last())
        .isEqualTo("2026-05-08r1000000000");
  }

  private static Service created(Service service, Optional<String> id) {
    Decision decision =
        ServiceChange.configCreated(service, id, ServiceChangeTest::config, SOMEBODY, NOW);
    return ((Decision.Changed) decision).next();
  }

  @Test
  void a_service_takes_one_plan() {
    Decision first = ServiceChange.planCreated(TEN, Strategy.ALL_AT_ONCE, SOMEBODY, NOW);
    Service planned = ((Decision.Changed) first).next();
    assertThat(planned.plan()).contains(new Plan(Strategy.ALL_AT_ONCE, 2));
    assertThat(ServiceChange.planCreated(planned, Strategy.ALL_AT_ONCE, SOMEBODY, NOW))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.PLAN_EXISTS));
  }

  @Test
  void a_revision_and_scaling_at_once_are_one_change() {
    Decision.Changed changed =
        (Decision.Changed)
            ServiceChange.revised(TEN, 4, ServiceChangeTest::config, "{\"n\":2}", SOMEBODY, NOW);
    Service next = changed.next();
    assertThat(next.v()).isEqualTo(TEN.v() + 1);
    assertThat(next.total()).isEqualTo(4);
    assertThat(next.allocation()).contains(Replicas.all(TEN.revision(2), 4));
    assertThat(next.currentRevision()).contains(TEN.revision(2));
    assertThat(changed.writes())
        .extracting(write -> write.getClass().getSimpleName())
        .containsExactlyInAnyOrder(
            "RolloutCreated", "HistoryKept", "ConfigCreated", "DocumentSaved");
  }

  @Test
  void scaling_that_ends_a_rollout_and_a_revision_at_once_tell_of_both() {
    Strategy nearly = new Strategy.Batch(new Amount("9"), new Interval("5m"));
    Service planned =
        ((Decision.Changed) ServiceChange.planCreated(TEN, nearly, SOMEBODY, NOW)).next();
    Service running =
        ((Decision.Changed)
                ServiceChange.revised(planned, 10, ServiceChangeTest::config, "{}", SOMEBODY, NOW))
            .next();
    Decision.Changed changed =
        (Decision.Changed)
            ServiceChange.revised(
                running, 5, ServiceChangeTest::config, "{}", SOMEBODY, NOW.plusSeconds(1));
    assertThat(changed.next().v()).isEqualTo(running.v() + 1);
    assertThat(changed.next().last().rollouts())
        .extracting(Happened.Change::status)
        .containsExactly(Status.SUCCEEDED, Status.SUCCEEDED);
    assertThat(changed.writes()).doesNotHaveDuplicates();
  }

  @Test
  void a_move_in_batches_goes_between_at_most_50_configs_and_one_step_is_the_way_out() {
    Map<String, Long> many = new LinkedHashMap<>();
    IntStream.range(0, 50).forEach(i -> many.put("c" + i, Shares.WHOLE / 50));
    Service divided = EMPTY.withAllocation(Shares.of(many));

    assertThat(create(divided, new Strategy.Batch(new Amount("10%"), new Interval("5m"))))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused ->
                assertThat(refused.problem().message())
                    .contains("there would be 51 (expected: at most 50)"));
    for (Strategy oneStep :
        List.of(
            Strategy.ALL_AT_ONCE,
            new Strategy.Batch(new Amount("100%"), new Interval("5m")),
            new Strategy.Partition(new Amount("0")))) {
      assertThat(create(divided, oneStep))
          .isInstanceOfSatisfying(
              Decision.Changed.class,
              changed -> assertThat(changed.next().allocation()).contains(Shares.only("new")));
    }
  }

  private static Decision create(Service service, Strategy strategy) {
    return StateMachine.decide(
        service,
        new Event.Create(
            Optional.of("r"), Map.of("new", 100.0), Optional.of(strategy), Duration.ZERO, SOMEBODY),
        NOW);
  }
}
