package org.servicerollouts.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  @Test
  void theNinthCallWaitsUntilASecondAfterTheFirstHadEnded() {
    for (long i = 0; i < Pace.CALLS; i++) {
      assertThat(pace.take(at(i * 50))).isEmpty();
      pace.ended(at(i * 50 + 30));
    }

    assertThat(pace.take(at(400))).contains(at(1_030));
    assertThat(pace.take(at(1_029))).contains(at(1_030));
    assertThat(pace.take(at(1_030))).isEmpty();
    pace.ended(at(1_040));
    assertThat(pace.take(at(1_050))).contains(at(1_080));
  }

  @Test
  void callsUnderWayHoldTheirPlaces() {
    for (int i = 0; i < Pace.CALLS; i++) {
      assertThat(pace.take(at(0))).isEmpty();
    }

    assertThat(pace.take(at(5_000))).contains(at(6_000));
    pace.ended(at(5_500));
    assertThat(pace.take(at(6_000))).contains(at(6_500));
    assertThat(pace.take(at(6_500))).isEmpty();
  }

  @Test
  void placesComeFreeByTheEarliestEndInWhateverOrderTheyAreTold() {
    for (int i = 0; i < Pace.CALLS; i++) {
      assertThat(pace.take(at(0))).isEmpty();
    }
    pace.ended(at(300));
    pace.ended(at(200));

    assertThat(pace.take(at(400))).contains(at(1_200));
  }

  @Test
  void aCallEndsOnce() {
    assertThat(pace.take(at(0))).isEmpty();
    pace.ended(at(10));

    assertThatIllegalStateException().isThrownBy(() -> pace.ended(at(20)));
  }

  /** One call after another, as fast as they may be. */
  @Property
  void noSecondSeesMoreThanEightCallsThatAreMadeInTurn(
      @ForAll @Size(min = 9, max = 60) List<@IntRange(max = 700) Integer> durations) {
    Pace fresh = new Pace();
    List<Call> calls = new ArrayList<>();
    Instant now = at(0);
    for (int duration : durations) {
      Optional<Instant> later = fresh.take(now);
      if (later.isPresent()) {
        now = later.get();
        assertThat(fresh.take(now)).as("at the time that it told").isEmpty();
      }
      Call call = new Call(now, now.plusMillis(duration));
      calls.add(call);
      now = call.end();
      fresh.ended(now);
    }

    assertPaced(calls);
  }

  /** Whoever gets a place makes a call; many are under way. */
  @Property
  void noSecondSeesMoreThanEightCallsThatAreMadeAtOnce(
      @ForAll @Size(min = 9, max = 60) List<@IntRange(max = 2_500) Integer> durations) {
    Pace fresh = new Pace();
    List<Call> calls = new ArrayList<>();
    PriorityQueue<Instant> ends = new PriorityQueue<>();
    Instant now = at(0);
    for (int duration : durations) {
      for (Optional<Instant> later = fresh.take(now); later.isPresent(); later = fresh.take(now)) {
        now = ends.isEmpty() ? later.get() : earlier(later.get(), ends.peek());
        while (!ends.isEmpty() && !ends.peek().isAfter(now)) {
          fresh.ended(ends.remove());
        }
      }
      Call call = new Call(now, now.plusMillis(duration));
      calls.add(call);
      ends.add(call.end());
    }

    assertPaced(calls);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private record Call(Instant start, Instant end) {}

  /**
   * A call arrives sometime between its start and its end. Were nine in one second, the ninth to
   * start would have started within a second of the end of each of the eight others.
   */
  private static void assertPaced(List<Call> calls) {
    for (Call last : calls) {
      Instant second = last.start().minusSeconds(1);
      assertThat(
              calls.stream()
                  .filter(call -> !call.start().isAfter(last.start()))
                  .filter(call -> call.end().isAfter(second)))
          .hasSizeLessThanOrEqualTo(Pace.CALLS);
    }
  }
}
