package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.HeadRecords;
import org.servicerollouts.store.Items;
import org.servicerollouts.store.LocalDatabase;
import org.servicerollouts.store.Request;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/**
 * The machine under a request or a driver dies between any two of its calls. The client sends its
 * request again; an event dies with the machine that got it. After the next tick table, alias and
 * events agree, and in the end all is as if nothing had happened.
 */
class CrashTest {
  private static final String SHOP = "shop";
  private static final String ALARM = "errors";

  /** A tick's driver may have to wait that long for the lease to shift of one that died. */
  private static final Duration LEASE_TO_SHIFT = Duration.ofMillis(10_500);

  private static final Duration TICKS = Duration.ofSeconds(20);
  private static final Duration END = Duration.ofSeconds(80);

  /** What happens. */
  enum Story {
    ROLLOUT,
    ALARM_FIRES,
    ROLLED_BACK,
    SUPERSEDED,
    QUEUED;

    /** What must have come of its rollouts. */
    private Map<String, Status> rollouts() {
      return switch (this) {
        case ROLLOUT -> Map.of("r", Status.SUCCEEDED);
        case ALARM_FIRES, ROLLED_BACK -> Map.of("r", Status.ROLLED_BACK);
        case SUPERSEDED -> Map.of("r", Status.CANCELLED, "s", Status.SUCCEEDED);
        case QUEUED -> Map.of("r", Status.SUCCEEDED, "s", Status.SUCCEEDED);
      };
    }

    /** Where the service must be. */
    private String config() {
      return switch (this) {
        case ROLLOUT -> "2";
        case ALARM_FIRES, ROLLED_BACK -> "1";
        case SUPERSEDED, QUEUED -> "3";
      };
    }

    private void play(Run run) {
      Specs first = Specs.to("2").inBatches("50%", "3s").baking(Duration.ofSeconds(2));
      run.creates("r", first.watchedBy(ALARM));
      switch (this) {
        case ROLLOUT -> {}
        case ALARM_FIRES -> {
          run.waits(Duration.ofSeconds(2));
          run.alarmFires();
        }
        case ROLLED_BACK -> {
          run.waits(Duration.ofSeconds(2));
          run.rollsBack("r");
        }
        case SUPERSEDED -> {
          run.waits(Duration.ofSeconds(2));
          run.creates("s", Specs.to("3").inBatches("50%", "3s").watchedBy(ALARM));
        }
        case QUEUED -> {
          run.waits(Duration.ofSeconds(1));
          run.creates("s", Specs.to("3").inBatches("50%", "3s").queueing().watchedBy(ALARM));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void of_a_service_with_a_target(Story story) {
    crashes(story, true);
  }

  @ParameterizedTest
  @EnumSource
  void of_a_pulled_service(Story story) {
    crashes(story, false);
  }

  private static void crashes(Story story, boolean targeted) {
    int injected = 0;
    for (boolean made : List.of(false, true)) {
      for (int at = 1; ; at++) {
        try (Run run = new Run(new Crashes(at, made), targeted)) {
          if (!run.happens(story)) {
            break;
          }
        } catch (AssertionError e) {
          throw new AssertionError("crash at call %d, made: %s".formatted(at, made), e);
        }
        injected++;
      }
    }
    System.out.printf(
        "%s, %s: %d crashes injected%n", story, targeted ? "with a target" : "pulled", injected);
    assertThat(injected).isGreaterThan(targeted ? 30 : 15);
  }

  /** The story with one crash. */
  private static final class Run implements AutoCloseable {
    private final LocalDatabase database = new LocalDatabase();
    private final Table table = database.table();
    private final Stage stage = new Stage(table);
    private final Crashes crashes;
    private final boolean targeted;
    private Optional<Instant> crashed = Optional.empty();

    Run(Crashes crashes, boolean targeted) {
      this.crashes = crashes;
      this.targeted = targeted;
      stage.cloud().cloudWatch.set(ALARM, "OK", "");
      if (targeted) {
        stage.targeted(SHOP);
      } else {
        stage.watched(SHOP);
      }
    }

    /** Whether it was long enough for the crash. */
    boolean happens(Story story) {
      stage.time.beforeEachJump(this::notesCrash);
      stage.time.start(
          () -> {
            while (stage.elapsed().compareTo(END) < 0) {
              stage.invoke(Stage.tickEvent(), crashes.machine(stage));
              stage.pass(TICKS);
            }
          });
      stage.pass(Duration.ofSeconds(1));
      story.play(this);
      while (stage.elapsed().compareTo(END) < 0 && !isAfterTheNextTick()) {
        waits(Duration.ofMillis(500));
      }
      requireAgreement();
      waits(Duration.between(stage.time.now(), Stage.at(END)));
      requireAgreement();
      assertThat(stage.divided(SHOP)).isEqualTo(Map.of(story.config(), 100.0));
      story
          .rollouts()
          .forEach((id, status) -> assertThat(stage.status(SHOP, id)).as(id).isEqualTo(status));
      assertThat(stage.running()).isEmpty();
      return crashes.happened();
    }

    private void notesCrash() {
      if (crashed.isEmpty() && crashes.happened()) {
        crashed = Optional.of(stage.time.now());
      }
    }

    private boolean isAfterTheNextTick() {
      return crashed
          .map(at -> Duration.between(Stage.START, at).dividedBy(TICKS) + 1)
          .map(tick -> Stage.START.plus(TICKS.multipliedBy(tick)).plus(LEASE_TO_SHIFT))
          .filter(agree -> !stage.time.now().isBefore(agree))
          .isPresent();
    }

    private void requireAgreement() {
      Service service = stage.service(SHOP);
      if (targeted) {
        assertThat(stage.cloud().divided(SHOP)).isEqualTo(stage.divided(SHOP));
      }
      List<Service> events = events();
      assertThat(events.stream().map(Service::v))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, service.v()).boxed().toList());
      assertThat(events.getLast()).isEqualTo(service);
      assertThat(service.intended()).isEmpty();
    }

    /** What publish-events makes its events of. */
    private List<Service> events() {
      return HeadRecords.all(table, database).stream()
          .map(Record::dynamodb)
          .filter(
              record ->
                  record.keys().get(Schema.SK).equals(AttributeValue.fromS(Schema.HEAD))
                      && record.keys().get(Schema.PK).equals(AttributeValue.fromS("S#" + SHOP)))
          .map(StreamRecord::newImage)
          .map(Items::service)
          .toList();
    }

    // ---- what happens

    void waits(Duration duration) {
      stage.pass(duration);
    }

    void creates(String id, Specs specs) {
      Event.Create create = Event.Create.of(Optional.of(id), specs.spec(), Stage.ALICE);
      request(
          (changes, request) ->
              changes.createRollout(
                  new ServiceName(SHOP), create, Optional.empty(), request, stage.time::now));
    }

    void rollsBack(String id) {
      Event.Steer steer = new Event.Steer(id, Event.Verb.ROLLBACK, Stage.ALICE);
      request(
          (changes, request) ->
              changes.steer(
                  new ServiceName(SHOP), steer, Optional.empty(), request, stage.time::now));
    }

    private interface Asking {
      void ask(Changes changes, Optional<Request> request);
    }

    /** Sent again until there is an answer; whatever it wrote wakes a driver. */
    private void request(Asking asking) {
      Request request = new Request("alice", UUID.randomUUID().toString(), "hash");
      for (boolean answered = false; !answered; ) {
        try {
          asking.ask(stage.requests(crashes.machine(stage)), Optional.of(request));
          answered = true;
        } catch (Crashes.Crash _) {
          waits(Duration.ofMillis(100));
        }
        stage.invoke(Stage.wakeEvent(SHOP), crashes.machine(stage));
      }
    }

    void alarmFires() {
      stage.cloud().cloudWatch.set(ALARM, "ALARM", "5 errors");
      stage.invoke(stage.lastChange(), crashes.machine(stage));
    }

    @Override
    public void close() {
      stage.close();
      database.close();
    }
  }
}
