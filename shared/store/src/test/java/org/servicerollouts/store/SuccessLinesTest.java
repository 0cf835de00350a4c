package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Successes;

class SuccessLinesTest {

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whatIsReadIsWhatWasWritten(@ForAll("any") List<Success> successes) {
    assertThat(SuccessLines.parseAll(SuccessLines.printAll(successes))).isEqualTo(successes);
    assertThat(SuccessLines.parse(SuccessLines.print(successes.getFirst())))
        .isEqualTo(successes.getFirst());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void idsThatAreMuchAlikeAreReadAsTheyWereWritten(@ForAll("alike") List<Success> successes) {
    assertThat(SuccessLines.parseAll(SuccessLines.printAll(successes))).isEqualTo(successes);
  }

  @Test
  void whatIsAlikeIsWrittenOnce() {
    List<Success> successes =
        List.of(
            to("2026-07-02r0", Shares.only("2026-07-01r10"), Shares.only("2026-07-01r1")),
            new Success(
                "2026-07-01r9",
                Shares.only("2026-07-01r1"),
                Optional.of(Shares.of(units("2026-07-01r1", 30, "old", 70))),
                true,
                true),
            to("2026-07-01r9", Shares.of(units("2026-07-01r1", 30, "old", 70)), Shares.only("old")),
            new Success("rescue", Shares.only("2026-07-01r1")));

    assertThat(SuccessLines.printAll(successes))
        .isEqualTo(
            "2026-07-02r0 2026-07-01r10,I1r9 L ! ~,L L=30000000000 old=70000000000 > old,rescue L");
  }

  /** Earlier versions wrote no way back: each went back to where the one before it ended. */
  @Test
  void whatTellsNoWayBackGoesToTheOneBefore() {
    assertThat(SuccessLines.parseAll("b new,a old"))
        .containsExactly(
            to("b", Shares.only("new"), Shares.only("old")), new Success("a", Shares.only("old")));
  }

  private static Success to(String rolloutId, Shares target, Shares restores) {
    return new Success(rolloutId, target, Optional.of(restores), false, false);
  }

  private static Map<String, Long> units(String a, long first, String b, long second) {
    return Map.of(a, first * Shares.PERCENT, b, second * Shares.PERCENT);
  }

  /** They stand in the item that every batch writes, which is to stay under a kilobyte. */
  @Test
  void asManyAsAreKeptTakeLittleRoomWhereIdsAreMadeUp() {
    List<Success> made =
        IntStream.range(0, Successes.MOST)
            .mapToObj(
                i ->
                    to(
                        "2026-07-01r" + (20 - i),
                        Shares.only("service-522b48-v" + (40 - i)),
                        Shares.only("service-522b48-v" + (39 - i))))
            .toList();

    assertThat(SuccessLines.printAll(made)).hasSizeLessThan(120);
  }

  @Provide
  Arbitrary<List<Success>> any() {
    return Shapes.successes().list().ofMinSize(1).ofMaxSize(Successes.MOST);
  }

  /** Ids that share up to all of their characters, also more than letters can tell. */
  @Provide
  Arbitrary<List<Success>> alike() {
    Arbitrary<String> ids =
        Arbitraries.strings()
            .withChars("ab")
            .ofMaxLength(3)
            .flatMap(
                end ->
                    Arbitraries.of("a", "a-", "a".repeat(26), "a".repeat(60))
                        .map(start -> start + end))
            .map(id -> id.substring(0, Math.min(63, id.length())));
    Arbitrary<Shares> shares =
        ids.set()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(
                configs -> {
                  long each = Shares.WHOLE / configs.size();
                  Map<String, Long> units = new TreeMap<>();
                  configs.forEach(id -> units.put(id, each));
                  units.merge(
                      configs.iterator().next(), Shares.WHOLE - each * configs.size(), Long::sum);
                  return Shares.of(units);
                });
    return ids.flatMap(id -> shares.flatMap(to -> shares.map(back -> to(id, to, back))))
        .list()
        .ofMinSize(1)
        .ofMaxSize(10);
  }
}
