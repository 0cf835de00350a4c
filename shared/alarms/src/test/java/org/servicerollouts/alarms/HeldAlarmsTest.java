package org.servicerollouts.alarms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Alarms;

class HeldAlarmsTest {
  private static final Alarms.Reading OK = reading(Alarms.State.OK);
  private static final Alarms.Reading ALARM = reading(Alarms.State.ALARM);

  private static final Set<String> NONE = Set.of();

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Map<String, Alarms.Reading> there = new HashMap<>(Map.of("a", OK, "b", OK));
  private final List<Set<String>> asked = new ArrayList<>();
  private Optional<String> unreadable = Optional.empty();

  private final HeldAlarms alarms =
      new HeldAlarms(
          names -> {
            asked.add(Set.copyOf(names));
            return unreadable
                .map(Alarms::unreadable)
                .orElseGet(
                    () ->
                        Alarms.read(
                            names.stream()
                                .filter(there::containsKey)
                                .collect(Collectors.toMap(name -> name, there::get))));
          },
          now::get);

  private static Alarms.Reading reading(Alarms.State state) {
    return new Alarms.Reading(state, Instant.EPOCH, "because");
  }

  private void later(Duration time) {
    now.set(now.get().plus(time));
  }

  @Test
  void whatWasReadIsHeldForFiveSeconds() {
    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", OK)));
    there.put("a", ALARM);

    later(Duration.ofSeconds(5));
    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", OK)));
    assertThat(asked).containsExactly(Set.of("a"));

    later(Duration.ofMillis(1));
    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", ALARM)));
    assertThat(asked).containsExactly(Set.of("a"), Set.of("a"));
  }

  @Test
  void whatTakesARolloutBackIsNotHeldForLong() {
    there.put("a", ALARM);
    alarms.read(Set.of("a"), NONE);
    later(Duration.ofSeconds(1));
    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", ALARM)));
    assertThat(asked).hasSize(1);
    later(Duration.ofMillis(1));
    there.put("a", OK);
    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", OK)));
  }

  @Test
  void norIsWhatEndsAnOverride() {
    alarms.read(Set.of("a", "b"), NONE);
    later(Duration.ofMillis(1_001));
    alarms.read(Set.of("a", "b"), Set.of("b"));

    assertThat(asked).containsExactly(Set.of("a", "b"), Set.of("b"));
  }

  @Test
  void onlyWhatIsNotHeldIsAskedFor() {
    alarms.read(Set.of("a", "b"), NONE);

    assertThat(alarms.read(Set.of("a"), NONE)).isEqualTo(Alarms.read(Map.of("a", OK)));
    assertThat(alarms.read(Set.of("b", "c"), NONE)).isEqualTo(Alarms.read(Map.of("b", OK)));
    assertThat(asked).containsExactly(Set.of("a", "b"), Set.of("c"));
  }

  @Test
  void eachIsHeldFromWhenItWasRead() {
    alarms.read(Set.of("a"), NONE);
    later(Duration.ofSeconds(3));
    alarms.read(Set.of("a", "b"), NONE);
    later(Duration.ofSeconds(3));
    alarms.read(Set.of("a", "b"), NONE);

    assertThat(asked).containsExactly(Set.of("a"), Set.of("b"), Set.of("a"));
  }

  @Test
  void thatThereIsNoneIsHeldToo() {
    assertThat(alarms.read(Set.of("none"), NONE)).isEqualTo(Alarms.read(Map.of()));
    assertThat(alarms.read(Set.of("none"), NONE)).isEqualTo(Alarms.read(Map.of()));

    assertThat(asked).hasSize(1);
  }

  @Test
  void thatItCouldNotBeReadIsHeldToo() {
    unreadable = Optional.of("DescribeAlarms: HTTP 500");
    assertThat(alarms.read(Set.of("a"), NONE))
        .isEqualTo(Alarms.unreadable("DescribeAlarms: HTTP 500"));
    unreadable = Optional.empty();

    assertThat(alarms.read(Set.of("a", "b"), NONE))
        .isEqualTo(Alarms.unreadable("DescribeAlarms: HTTP 500"));
    assertThat(alarms.read(Set.of("b"), NONE)).isEqualTo(Alarms.read(Map.of("b", OK)));

    later(Duration.ofSeconds(6));
    assertThat(alarms.read(Set.of("a", "b"), NONE))
        .isEqualTo(Alarms.read(Map.of("a", OK, "b", OK)));
  }

  @Test
  void nobodyIsAskedForNothing() {
    assertThat(alarms.read(NONE, NONE)).isEqualTo(Alarms.read(Map.of()));

    assertThat(asked).isEmpty();
  }
}
