package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Event.Verb;
import org.servicerollouts.domain.LambdaVersions;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Version;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rollouts that a request names as where to go back to, and what a target must know of them. */
class NamedRolloutsTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final String DELETION = "2026-07-01r0";

  private final Table local = LocalTable.createWithoutStream();
  private final Contents contents = new Contents(local);
  private final CountingClient client = new CountingClient(local.client());
  private final Table table = new Table(client, local.name());
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);

  /** It went from 1 to 2 to 3, and days later to 2; one on the way to 1 was cancelled. */
  @BeforeEach
  void aServiceWithAPast() {
    operator.traffic(NAME, "1", "2", "3", "4");
    all("1");
    all("2");
    all("3");
    operator.wait(Spec.DEFAULT_ROLLBACK_WINDOW);
    operator.rollout(NAME, "cancelled", Operator.IN_TENTHS, Map.of("1", 100.0));
    operator.rollout(NAME, "to-3-again", Strategy.ALL_AT_ONCE, Map.of("3", 100.0));
    operator.wait(Spec.DEFAULT_ROLLBACK_WINDOW);
    operator.rollout(NAME, "to-2-again", Strategy.ALL_AT_ONCE, Map.of("2", 100.0));
  }

  private void all(String config) {
    operator.rollout(NAME, "to-" + config, Strategy.ALL_AT_ONCE, Map.of(config, 100.0));
  }

  private void divideByAlias() {
    operator.configure(NAME, Optional.of(new Target.LambdaAlias("shop", "live")), Optional.empty());
  }

  private Acted create(Asking asking, String rollbackTo) {
    return operator
        .changes()
        .createRollout(
            NAME,
            asking.event(),
            Optional.of(rollbackTo),
            Optional.empty(),
            () -> operator.now().plusMillis(1));
  }

  private Acted rollback(String rolloutId, String to) {
    return operator
        .changes()
        .steer(
            NAME,
            new Event.Steer(rolloutId, Verb.ROLLBACK, Operator.SOMEBODY),
            Optional.of(to),
            Optional.empty(),
            () -> operator.now().plusMillis(1));
  }

  private static Asking inTenths(String config) {
    return Asking.to(config, Operator.IN_TENTHS).as("moving");
  }

  private Shares allocation() {
    return (Shares) store.require(NAME).allocation().orElseThrow();
  }

  // ---- the way back that is named

  @Test
  void aRolloutGoesBackToTheOneThatItNamesWhichIsKeptWithIt() {
    Acted created = create(inTenths("3"), "to-1");

    assertThat(created.standing()).isEqualTo(store.standing(NAME, "moving"));
    assertThat(created.standing().rollout().spec().rollbackTo())
        .contains(new Success("to-1", Shares.only("1")));
    assertThat(created.standing().restores()).contains(Shares.only("1"));
    operator.steer(NAME, "moving", Verb.ROLLBACK);
    assertThat(allocation()).isEqualTo(Shares.only("1"));
  }

  @Test
  void aRollbackGoesToTheRolloutThatItNames() {
    operator.create(NAME, inTenths("3").event());

    rollback("moving", "to-1");

    assertThat(store.standing(NAME, "moving").status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(allocation()).isEqualTo(Shares.only("1"));
  }

  @Test
  void aRollbackOfWhatHasSucceededGoesToTheRolloutThatItNames() {
    Acted back = rollback("to-2-again", "to-1");

    assertThat(back.standing().rollout().percentages()).isEqualTo(Map.of("1", 100.0));
    assertThat(allocation()).isEqualTo(Shares.only("1"));
  }

  /** Given the day before, so that the counter of the day does not know of them. */
  @Test
  void theMadeUpIdOfATakenBackRolloutSkipsThoseInUse() {
    operator.rollout(NAME, "2026-07-04r0", Strategy.ALL_AT_ONCE, Map.of("3", 100.0));
    operator.rollout(NAME, "2026-07-04r1", Strategy.ALL_AT_ONCE, Map.of("4", 100.0));
    operator.wait(Duration.ofHours(23));

    Acted back =
        operator.steer(
            NAME,
            new Event.Steer("2026-07-04r1", Verb.ROLLBACK, Operator.SOMEBODY),
            Optional.empty());

    assertThat(back.standing().rollout().id())
        .startsWith("2026-07-04r")
        .isGreaterThan("2026-07-04r1");
    assertThat(allocation()).isEqualTo(Shares.only("3"));
  }

  // ---- what cannot be named

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "cancelled", "moving", DELETION, "NO ID", "", "to-1/../to-2"})
  void aRolloutThatHasNotSucceededOrIsNotThereIsNoWayBack(String id) {
    operator.delete(NAME);
    operator.undelete(NAME);
    operator.create(NAME, inTenths("3").event());
    List<Map<String, AttributeValue>> before = contents.everything(NAME);

    Problem create = problemOf(() -> create(Asking.to("1", Strategy.ALL_AT_ONCE).as("never"), id));
    Problem verb = problemOf(() -> rollback("moving", id));
    Problem preview = problemOf(() -> preview(Asking.to("1", Strategy.ALL_AT_ONCE), id));

    String expected =
        ": \""
            + id
            + "\" (expected: a rollout of service 'web.example.com' that is kept and has"
            + " succeeded)";
    assertThat(create).isEqualTo(refused("rollbackTo", expected)).isEqualTo(preview);
    assertThat(verb).isEqualTo(refused("to", expected));
    assertThat(contents.everything(NAME)).isEqualTo(before);
  }

  private static Problem refused(String field, String expected) {
    return new Problem(Problem.Kind.FAILED_PRECONDITION, field + expected, Optional.of(field));
  }

  private Preview preview(Asking asking, String rollbackTo) {
    return operator
        .changes()
        .preview(
            NAME, asking.event(), Optional.of(rollbackTo), Optional.empty(), 100, operator::now);
  }

  @Test
  void anIdThatNoKeyHoldsIsNotAskedFor() {
    String endless = "x".repeat(5000);

    assertThat(problemOf(() -> create(inTenths("3"), endless)).field()).contains("rollbackTo");
    assertThat(problemOf(() -> rollback("to-2-again", endless)).field()).contains("to");
    assertThat(problemOf(() -> operator.steer(NAME, endless, Verb.PAUSE)).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
  }

  // ---- what a target must know of the configs

  @Test
  void aServiceKeepsItsTargetUntilItIsTakenAway() {
    divideByAlias();
    assertThat(store.require(NAME).settings().target())
        .isEqualTo(new Target.LambdaAlias("shop", "live"));

    operator.configure(NAME, Optional.of(Target.NONE), Optional.empty());

    assertThat(store.require(NAME).settings()).isEqualTo(Settings.NONE);
  }

  /** Of 1, which is neither where the service is nor where it goes, it knows nothing by itself. */
  @Test
  void aServiceKnowsTheVersionsThatItsRolloutMayGoBackTo() {
    divideByAlias();
    assertThat(store.require(NAME).versions()).containsOnlyKeys("2", "3");

    Service service = create(inTenths("3"), "to-1").standing().service();

    assertThat(service.versions()).containsOnlyKeys("1", "2", "3");
    operator.confirm(NAME);
    operator.steer(NAME, "moving", Verb.ROLLBACK);
    knowsWhatItIntends("1");
  }

  @Test
  void aServiceKnowsTheVersionsThatARollbackGoesTo() {
    divideByAlias();
    operator.create(NAME, inTenths("3").event());
    operator.confirm(NAME);

    rollback("moving", "to-1");

    knowsWhatItIntends("1");
  }

  @Test
  void aServiceKnowsTheVersionsThatARollbackOfASuccessGoesTo() {
    divideByAlias();

    rollback("to-2-again", "to-1");

    knowsWhatItIntends("1");
  }

  @Test
  void aServiceKnowsTheVersionsOfOneThatADriverStarts() {
    oneThatWaits();
    theOneAheadSucceeds();

    operator.start(NAME);

    knowsWhatItIntends("3", "4");
    operator.steer(NAME, "waits", Verb.ROLLBACK);
    knowsWhatItIntends("1");
  }

  @Test
  void aServiceKnowsTheVersionsOfOneThatAPersonStarts() {
    oneThatWaits();
    operator.steer(NAME, "waits", Verb.PAUSE);
    theOneAheadSucceeds();

    operator.steer(NAME, "waits", Verb.RESUME);

    knowsWhatItIntends("3", "4");
    operator.steer(NAME, "waits", Verb.ROLLBACK);
    knowsWhatItIntends("1");
  }

  private void theOneAheadSucceeds() {
    operator.steer(NAME, "moving", Verb.PROMOTE);
    operator.confirm(NAME);
  }

  private void oneThatWaits() {
    divideByAlias();
    operator.create(NAME, inTenths("3").event());
    operator.confirm(NAME);
    create(Asking.to("4", Operator.IN_TENTHS).as("waits").queueing(), "to-1");
    assertThat(store.require(NAME).versions()).containsOnlyKeys("2", "3");
  }

  private void knowsWhatItIntends(String... versions) {
    Service service = store.require(NAME);
    State.Intent intent = StateMachine.intentOf(service.live().orElseThrow().state()).orElseThrow();
    assertThat(LambdaVersions.weights(intent.to(), service.versions())).containsOnlyKeys(versions);
  }

  /** Where keys go is decided by the order in which configs were made. */
  @Test
  void whatAServiceKnowsOfAConfigIsItsPlaceAndItsVersion() {
    Map<String, Version> versions = store.require(NAME).versions();

    Map<String, Long> made =
        Map.of(
            "2", ord("2"),
            "3", ord("3"));
    assertThat(versions)
        .isEqualTo(
            Map.of(
                "2", new Version(made.get("2"), Optional.of("2")),
                "3", new Version(made.get("3"), Optional.of("3"))));
    assertThat(made.get("2")).isLessThan(made.get("3"));
    assertThat(store.versions(NAME, List.of("1", "1", "nowhere")))
        .isEqualTo(Map.of("1", new Version(ord("1"), Optional.of("1"))));
  }

  private long ord(String config) {
    return store.configs(NAME, 10, Optional.empty()).items().stream()
        .filter(header -> header.id().equals(config))
        .findFirst()
        .orElseThrow()
        .ord();
  }

  // ---- what is read for it

  @Test
  void onlyWhatTheServiceDoesNotKnowIsReadBesides() {
    operator.create(NAME, inTenths("3").event());
    client.bill();

    rollback("moving", "to-2-again");
    assertThat(reads()).isEqualTo("BatchGetItem 3");

    create(inTenths("3").as("moving-again"), "to-1");
    assertThat(reads()).isEqualTo("BatchGetItem 3, BatchGetItem 1");

    operator.create(NAME, Asking.to("4", Operator.IN_TENTHS).as("waits").queueing().event());
    client.bill();
    operator.steer(NAME, "waits", Verb.PAUSE);
    assertThat(reads()).as("it does not start").isEqualTo("BatchGetItem 2");
  }

  private String reads() {
    return new CountingClient.Bill(
            client.bill().lines().stream().filter(line -> line.units().writes() == 0).toList())
        .requests();
  }
}
