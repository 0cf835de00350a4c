package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
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
      NewService.empty(
              new ServiceName("svc"), Kind.TRAFFIC, 0, "project", Optional.empty(), SOMEBODY, NOW)
          .service();
  private static final Service TEN = firstRevision(10);

  private static Service firstRevision(long total) {
    return NewService.atFirstRevision(
            new ServiceName("foo.cn-shanghai"),
            total,
            true,
            ServiceChangeTest::config,
            "{}",
            Optional.empty(),
            SOMEBODY,
            NOW)
        .service();
  }

  private static final List<Diagnostic> WARNINGS =
      List.of(new Diagnostic("a.yaml: security", "not converted"));

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

  @Test
  void a_submitted_config_comes_with_the_operation_that_tells_which_it_is() {
    for (Optional<String> id : List.of(Optional.of("mine"), Optional.<String>empty())) {
      Decision.Changed changed =
          (Decision.Changed)
              ServiceChange.configSubmitted(EMPTY, id, ServiceChangeTest::config, SOMEBODY, NOW);
      Service next = changed.next();
      long ord = EMPTY.counters().ord();
      String made = id.orElse("2026-05-08r0");
      assertThat(next.v()).isEqualTo(EMPTY.v() + 1);
      assertThat(next.last().what()).isEqualTo(Happened.What.CONFIG_CREATED);
      assertThat(next.counters().ord()).isEqualTo(ord + 2);
      assertThat(changed.writes())
          .containsExactly(
              new Write.ConfigCreated(config(made, ord + 1)),
              new Write.OperationCreated(
                  new ServiceOperation(
                      EMPTY.name(),
                      ord + 2,
                      new ServiceOperation.ConfigSubmitted(made),
                      "project",
                      NOW)));
    }
  }

  @Test
  void a_validated_config_is_kept_with_its_operation_and_takes_no_id() {
    Decision.Changed changed =
        (Decision.Changed)
            ServiceChange.configValidated(
                EMPTY,
                Optional.of("a"),
                (id, ord) ->
                    new Config(id, ord, NOW, "somebody", "", "{\"a\":1}").warning(WARNINGS),
                SOMEBODY,
                NOW);
    long ord = EMPTY.counters().ord() + 1;
    assertThat(changed.next())
        .isEqualTo(
            EMPTY
                .withCounters(EMPTY.counters().nextOrd(NOW))
                .happened(new Happened(Happened.What.CONFIG_VALIDATED, NOW, SOMEBODY, List.of())));
    assertThat(changed.writes())
        .containsExactly(
            new Write.OperationCreated(
                new ServiceOperation(
                    EMPTY.name(), ord, new ServiceOperation.ConfigValidated(), "project", NOW)),
            new Write.ConfigIdFree("a"),
            new Write.ValidatedConfigKept(ord, new ConfigBody("{\"a\":1}", WARNINGS), NOW));
  }

  @Test
  void a_service_under_the_name_of_one_that_is_gone_goes_on_with_its_numbers_and_nothing_else() {
    Instant later = NOW.plus(Duration.ofDays(31));
    Service.Counters counters =
        new Service.Counters(
            later.toEpochMilli() + 5,
            7,
            new Ids.Counter(LocalDate.parse("2026-06-08"), 4),
            new Ids.Counter(LocalDate.parse("2026-06-08"), 2),
            3,
            0);
    Service gone = TEN.withCounters(counters).withKeptUntil(Optional.of(NOW));

    NewService empty =
        NewService.empty(
            gone.name(), Kind.TRAFFIC, 0, "project", Optional.of(gone), SOMEBODY, later);
    assertThat(empty.service().v()).isEqualTo(gone.v() + 1);
    assertThat(empty.service().counters()).isEqualTo(counters.nextOrd(later));
    assertThat(empty.service())
        .isEqualTo(
            NewService.empty(
                    gone.name(), Kind.TRAFFIC, 0, "project", Optional.empty(), SOMEBODY, later)
                .service()
                .withCounters(counters.nextOrd(later))
                .happened(empty.service().last()));

    Service again =
        NewService.atFirstRevision(
                gone.name(),
                10,
                true,
                ServiceChangeTest::config,
                "{}",
                Optional.of(gone),
                SOMEBODY,
                later)
            .service();
    assertThat(again.v()).isEqualTo(gone.v() + 1);
    assertThat(again.counters()).isEqualTo(counters.nextOrd(later).nextRevision());
    assertThat(again.currentRevision()).contains(gone.revision(4));
    assertThat(again.isDeleted()).isFalse();
  }

  @Test
  void a_service_under_the_name_of_one_that_is_gone_has_no_target() {
    Settings aliased = new Settings(new Target.LambdaAlias("shop", "live"), List.of());
    Service gone = EMPTY.withSettings(aliased).withKeptUntil(Optional.of(NOW));

    NewService made =
        NewService.empty(gone.name(), Kind.TRAFFIC, 0, "project", Optional.of(gone), SOMEBODY, NOW);
    assertThat(made.service().settings()).isEqualTo(Settings.NONE);
    assertThat(made.writes())
        .hasExactlyElementsOfTypes(Write.ServiceListed.class, Write.OperationCreated.class);
  }

  @Test
  void a_new_service_stands_in_the_list_of_services_with_its_operation() {
    NewService made =
        NewService.empty(EMPTY.name(), Kind.TRAFFIC, 0, "project", Optional.empty(), SOMEBODY, NOW);
    assertThat(made.writes())
        .containsExactly(
            new Write.ServiceListed(true),
            new Write.OperationCreated(
                new ServiceOperation(
                    EMPTY.name(),
                    NOW.toEpochMilli(),
                    new ServiceOperation.ServiceCreated(),
                    "project",
                    NOW)));
  }

  private static Service created(Service service, Optional<String> id) {
    Decision decision =
        ServiceChange.configCreated(service, id, ServiceChangeTest::config, SOMEBODY, NOW);
    return ((Decision.Changed) decision).next();
  }

  @Test
  void a_service_takes_one_plan() {
    Decision first = ServiceChange.planCreated(TEN, Strategy.ALL_AT_ONCE, false, SOMEBODY, NOW);
    Service planned = ((Decision.Changed) first).next();
    assertThat(planned.plan()).contains(new Plan(Strategy.ALL_AT_ONCE, false, 2));
    assertThat(ServiceChange.planCreated(planned, Strategy.ALL_AT_ONCE, false, SOMEBODY, NOW))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.PLAN_EXISTS));
  }

  @Test
  void a_revision_and_scaling_at_once_are_one_change() {
    Decision.Changed changed =
        (Decision.Changed)
            ServiceChange.revised(
                TEN, 4, ServiceChangeTest::config, "{\"n\":2}", Alarms.NONE, SOMEBODY, NOW);
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
        ((Decision.Changed) ServiceChange.planCreated(TEN, nearly, false, SOMEBODY, NOW)).next();
    Service running =
        ((Decision.Changed)
                ServiceChange.revised(
                    planned, 10, ServiceChangeTest::config, "{}", Alarms.NONE, SOMEBODY, NOW))
            .next();
    Decision.Changed changed =
        (Decision.Changed)
            ServiceChange.revised(
                running,
                5,
                ServiceChangeTest::config,
                "{}",
                Alarms.NONE,
                SOMEBODY,
                NOW.plusSeconds(1));
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
        Event.Create.of(Optional.of("r"), Map.of("new", 100.0), Optional.of(strategy), SOMEBODY),
        NOW);
  }
}
