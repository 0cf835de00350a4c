package org.servicerollouts.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Shares;

class HeldTest {

  private static SortedMap<String, Long> shares(Object... versionsAndPercent) {
    SortedMap<String, Long> shares = new TreeMap<>();
    for (int i = 0; i < versionsAndPercent.length; i += 2) {
      double percent = ((Number) versionsAndPercent[i + 1]).doubleValue();
      shares.put((String) versionsAndPercent[i], Math.round(percent * Shares.PERCENT));
    }
    return shares;
  }

  private static Held held(Object... versionsAndPercent) {
    return new Held("revision", (String) versionsAndPercent[0], shares(versionsAndPercent));
  }

  @Test
  void aVersionAloneHasAll() {
    assertThat(Held.of("revision", "1", Map.of()).weights()).isEqualTo(shares("1", 100));
  }

  @Test
  void thePrimaryHasWhatTheOtherLeaves() {
    assertThat(Held.of("revision", "1", Map.of("2", 0.333)).weights())
        .isEqualTo(shares("1", 66.7, "2", 33.3));
  }

  @Test
  void whatHasNothingIsNotHeld() {
    assertThat(Held.of("revision", "1", Map.of("2", 0.0)).weights()).isEqualTo(shares("1", 100));
    assertThat(Held.of("revision", "1", Map.of("2", 1.0)).weights()).isEqualTo(shares("2", 100));
    assertThat(Held.of("revision", "1", Map.of("2", 1.0)).primary()).isEqualTo("1");
  }

  @Test
  void whatDividesNoCallsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Held.of("revision", "1", Map.of("2", 1.5)))
        .withMessage("weights[\"1\"]: -50 (expected: more than 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Held("revision", "1", shares("1", 99)))
        .withMessage("sum of weights: 99 (expected: exactly 100)");
  }

  /** AWS's doubles give back each share of up to 9 places, to the unit. */
  @Property
  void aShareComesBackAsItWasSet(@ForAll @LongRange(min = 1, max = Shares.WHOLE - 1) long units) {
    assertThat(Weights.units(Weights.weight(units))).isEqualTo(units);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 50, true",
    "50, 50.01, true",
    "50.01, 50, true",
    "50, 50.011, false",
    "50.011, 50, false",
    "1, 2, false"
  })
  void weightsMayBeAHundredthOfAPointApart(double held, double wanted, boolean same) {
    assertThat(held("1", held, "2", 100 - held).holds(shares("1", wanted, "2", 100 - wanted)))
        .isEqualTo(same);
  }

  @Test
  void aVersionThatIsNotWantedIsNotOverlookedHoweverSmallItsShare() {
    assertThat(held("2", 99.995, "1", 0.005).holds(shares("2", 100))).isFalse();
    assertThat(held("1", 50, "2", 50).holds(shares("1", 50, "3", 50))).isFalse();
    assertThat(held("2", 100).holds(shares("2", 100))).isTrue();
  }

  @Test
  void aVersionThatIsWantedIsMissedHoweverSmallItsShare() {
    assertThat(held("1", 100).holds(shares("1", 99.995, "2", 0.005))).isFalse();
    assertThat(held("1", 100).holds(shares("1", 99.999999999, "2", 0.000000001))).isFalse();
    assertThat(Held.of("revision", "1", Map.of("2", 0.0)).holds(shares("1", 99.999, "2", 0.001)))
        .isFalse();
    assertThat(held("1", 99.999, "2", 0.001).holds(shares("1", 99.999, "2", 0.001))).isTrue();
  }

  /** One share against another, each with or without the second version. */
  @Property
  void onlyTheSameVersionsAreHeld(
      @ForAll @LongRange(max = 2 * Held.TOLERANCE) long is,
      @ForAll @LongRange(max = 2 * Held.TOLERANCE) long wanted) {
    Map<String, Double> additional = is == 0 ? Map.of() : Map.of("2", Weights.weight(is));
    Held held = Held.of("revision", "1", additional);
    SortedMap<String, Long> asked = new TreeMap<>(Map.of("1", Shares.WHOLE - wanted));
    if (wanted > 0) {
      asked.put("2", wanted);
    }
    boolean sameVersions = (is == 0) == (wanted == 0);
    assertThat(held.holds(asked))
        .isEqualTo(sameVersions && Math.abs(is - wanted) <= Held.TOLERANCE);
    assertThat(held.isExactly(asked)).isEqualTo(is == wanted);
  }

  @Test
  void whoeverIsPrimaryMakesNoDifference() {
    assertThat(Held.of("revision", "1", Map.of("2", 0.25)).holds(shares("1", 75, "2", 25)))
        .isTrue();
    assertThat(Held.of("revision", "2", Map.of("1", 0.75)).holds(shares("1", 75, "2", 25)))
        .isTrue();
  }
}
