package org.servicerollouts.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.resolver.Resolver.Version;

class ResolverTest {
  private static final String SERVICE = "endpointsapis.appspot.com";
  private static final long WHOLE = 100_000_000_000L;
  private static final int KEYS = 1_000_000;

  /** How far a share of a million keys may be from its percentage, in points. */
  private static final double TOLERANCE = 0.2;

  private static Resolver resolver(Object... idsAndUnits) {
    return resolverOf(SERVICE, idsAndUnits);
  }

  private static Resolver resolverOf(String service, Object... idsAndUnits) {
    return new Resolver(
        service,
        IntStream.range(0, idsAndUnits.length / 2)
            .mapToObj(
                i ->
                    new Version(
                        (String) idsAndUnits[2 * i], ((Number) idsAndUnits[2 * i + 1]).longValue()))
            .toList());
  }

  // ---- shares

  /** What keys look like; each makes as many different ones as are asked for. */
  enum Shape {
    NUMBERS {
      @Override
      Stream<String> keys() {
        return IntStream.range(0, KEYS).mapToObj(Integer::toString);
      }
    },
    PADDED_NUMBERS {
      @Override
      Stream<String> keys() {
        return IntStream.range(0, KEYS).mapToObj(i -> "user-0000" + (KEYS + i));
      }
    },
    UUIDS {
      @Override
      Stream<String> keys() {
        Random random = new Random(1);
        return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()).toString())
            .limit(KEYS);
      }
    },
    EMAILS {
      @Override
      Stream<String> keys() {
        return IntStream.range(0, KEYS)
            .mapToObj(i -> NAMES.get(i % NAMES.size()) + "." + i / NAMES.size() + "@example.com");
      }
    };

    private static final List<String> NAMES = List.of("jane", "jos\u00e9", "\u7528\u6237", "bob");

    abstract Stream<String> keys();
  }

  private static final List<List<Double>> DIVISIONS =
      List.of(
          List.of(50.0, 50.0),
          List.of(90.0, 10.0),
          List.of(99.9, 0.1),
          List.of(33.3, 33.3, 33.4),
          List.of(1.0, 2.5, 26.5, 30.0, 40.0),
          List.of(20.0, 0.0, 80.0));

  @ParameterizedTest
  @MethodSource("shapes")
  void ofAMillionKeysEachConfigHasItsShare(Shape shape) {
    List<String> keys = shape.keys().toList();
    assertThat(keys).hasSize(KEYS).doesNotHaveDuplicates();
    for (List<Double> division : DIVISIONS) {
      Resolver resolver =
          new Resolver(
              SERVICE,
              IntStream.range(0, division.size())
                  .mapToObj(i -> new Version("c" + i, Math.round(division.get(i) * 1e9)))
                  .toList());
      Map<String, Long> counts =
          keys.stream().collect(Collectors.groupingBy(resolver::resolve, Collectors.counting()));
      for (int i = 0; i < division.size(); i++) {
        double share = 100.0 * counts.getOrDefault("c" + i, 0L) / KEYS;
        assertThat(share).as("%s of %s", i, division).isCloseTo(division.get(i), within(TOLERANCE));
      }
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(Shape.values());
  }

  @Test
  void inAnotherServiceOthersComeFirst() {
    Resolver one = resolverOf("one", "old", 90, "new", 10);
    Resolver two = resolverOf("two", "old", 90, "new", 10);
    long inBoth =
        Shape.NUMBERS
            .keys()
            .filter(key -> one.resolve(key).equals("new") && two.resolve(key).equals("new"))
            .count();
    assertThat(100.0 * inBoth / KEYS).isCloseTo(1, within(TOLERANCE));
  }

  // ---- the ring

  /** A key lies on its point of the ring and on no other. */
  @Test
  void aBillionthOfAPercentIsOnePoint() {
    for (String key : List.of("", "42", "jane.doe@example.com")) {
      long point = resolver("a", WHOLE).point(key);
      long rest = WHOLE - point;
      assertThat(resolver("a", point, "b", 1, "c", rest - 1).resolve(key)).isEqualTo("b");
      assertThat(resolver("a", point + 1, "c", rest - 1).resolve(key)).isEqualTo("a");
      assertThat(resolver("a", point, "c", rest).resolve(key)).isEqualTo("c");
      assertThat(resolver("a", point - 1, "b", 1, "c", rest).resolve(key)).isEqualTo("c");
    }
  }

  @Test
  void aConfigAtOneHundredPercentHasEveryKey() {
    Resolver all = resolver("old", 0, "new", WHOLE, "next", 0);
    Resolver most = resolver("old", WHOLE - 1, "new", 1);
    assertThat(Shape.NUMBERS.keys().map(all::resolve).distinct()).containsExactly("new");
    assertThat(Shape.NUMBERS.keys().map(most::resolve).distinct()).containsExactly("old");
  }

  @Test
  void onlyHowUnitsCompareCounts() {
    List<Resolver> same =
        List.of(
            resolver("a", 7, "b", 3),
            resolver("a", 14, "b", 6),
            resolver("a", 70_000_000_000L, "b", 30_000_000_000L),
            resolver("a", Long.MAX_VALUE / 10 * 7, "b", Long.MAX_VALUE / 10 * 3));
    Shape.UUIDS
        .keys()
        .limit(10_000)
        .forEach(
            key ->
                assertThat(same.stream().map(r -> r.resolve(key)).distinct()).as(key).hasSize(1));
  }

  // ---- refusals

  @Test
  void refusesWhatIsNoDivision() {
    refused(() -> resolver(), "sum of units: 0 (expected: 1 or more)");
    refused(() -> resolver("a", 0), "sum of units: 0 (expected: 1 or more)");
    refused(() -> resolver("a", -1), "units of a: -1 (expected: 0 or more)");
    refused(
        () -> resolver("a", 1, "b", 0, "a", 1),
        "versions: [Version[configId=a, units=1], Version[configId=b, units=0],"
            + " Version[configId=a, units=1]] (expected: each config at most once)");
    refused(
        () -> resolver("a", Long.MAX_VALUE, "b", 1),
        "sum of units: [Version[configId=a, units=9223372036854775807], Version[configId=b,"
            + " units=1]] (expected: at most 9223372036854775807)");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  // ---- allocation

  /** By the source alone, also before it is compiled; the first call of all loads what it needs. */
  @Test
  void allocatesNothing() {
    Resolver resolver = resolver("old", 90, "new", 10);
    List<String> keys =
        List.of(
            "",
            "42",
            UUID.randomUUID().toString(),
            "jos\u00e9",
            "\u7528\u6237",
            "\ud83d\ude00",
            "\ud83d");
    allocated(1, resolver, keys);
    assertThat(allocated(1_000, resolver, keys)).isZero();
  }

  private static long allocated(int times, Resolver resolver, List<String> keys) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    int characters = 0;
    for (int i = 0; i < times; i++) {
      for (int j = 0; j < keys.size(); j++) {
        characters += resolver.resolve(keys.get(j)).length();
      }
    }
    long after = threads.getCurrentThreadAllocatedBytes();
    assertThat(characters).isPositive();
    return after - before;
  }
}
