package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of services, and ids of rollouts, configs and revisions. */
class NamesTest {

  @Nested
  class OfServices {

    @ParameterizedTest
    @ValueSource(strings = {"a", "foo", "my_service-2", "shop.example.com", "-", "_.0"})
    void areLabelsJoinedByDots(String name) {
      assertThat(new ServiceName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Foo", "a/b", "a..b", ".a", "a.", ".", "a b", "a:b", "a%2Fb", "ä", "a\u0000", "a\n"
        })
    void ofAnythingElseAreRefused(String name) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> new ServiceName(name))
          .withMessageStartingWith("serviceName: \"")
          .withMessageEndingWith(
              "\" (expected: labels of a-z, 0-9, '_' and '-' joined by dots, at most 253"
                  + " characters)")
          .extracting(e -> e.problem().kind())
          .isEqualTo(Problem.Kind.INVALID_VALUE);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void thatAreMissingAreCalledMissing(String name) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> new ServiceName(name))
          .withMessageStartingWith("serviceName: missing (expected: labels of ")
          .extracting(e -> e.problem().kind())
          .isEqualTo(Problem.Kind.MISSING_VALUE);
    }

    @Test
    void haveAtMost253Characters() {
      assertThat(new ServiceName("a".repeat(253)).value()).hasSize(253);
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> new ServiceName("a".repeat(254)));
    }

    @Test
    void areTheSameOnBothSurfaces() {
      ServiceName name = ServiceName.ofCluster("cn-shanghai", "foo.bar");
      assertThat(name).isEqualTo(new ServiceName("foo.bar.cn-shanghai"));
      assertThat(name.nameInCluster()).isEqualTo("foo.bar");
      assertThat(name.cluster()).isEqualTo("cn-shanghai");
    }

    @Test
    void ofOneLabelHaveNoCluster() {
      ServiceName name = new ServiceName("foo");
      assertThat(name.nameInCluster()).isEqualTo("foo");
      assertThat(name.cluster()).isEmpty();
    }

    @Test
    void areOrderedByTheirText() {
      assertThat(Stream.of("b", "a.c", "a").map(ServiceName::new).sorted())
          .extracting(ServiceName::value)
          .containsExactly("a", "a.c", "b");
    }
  }

  @Nested
  class OfRolloutsAndConfigs {

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-01r0", "v1", "a.b_c-d", "0"})
    void areLowerCaseLettersDigitsAndThreeSigns(String id) {
      assertThat(Ids.require("rolloutId", id)).isEqualTo(id);
      assertThat(Ids.isValid(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "V1", "a b", "a/b", "a:b", "ü", "a\n"})
    void ofAnythingElseAreRefused(String id) {
      assertThat(Ids.isValid(id)).isFalse();
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Ids.require("rolloutId", id))
          .withMessage(
              "rolloutId: \""
                  + id.replace("\n", "\\u000a")
                  + "\" (expected: 1 to 63 characters of a-z, 0-9, '.', '_' and '-')");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void thatAPathCannotHoldAreReadButNotMade(String id) {
      assertThat(Ids.isValid(id)).isTrue();
      assertThat(Ids.require("rolloutId", id)).isEqualTo(id);
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Ids.requireNew("rolloutId", id))
          .withMessage(
              "rolloutId: \""
                  + id
                  + "\" (expected: 1 to 63 characters of a-z, 0-9, '.', '_' and '-', other than"
                  + " \".\" and \"..\")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a.", "..-", "v1.2"})
    void thatHoldDotsAmongOtherSignsAreMade(String id) {
      assertThat(Ids.requireNew("id", id)).isEqualTo(id);
    }

    @Test
    void ofAnythingElseAreNotMadeEither() {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> Ids.requireNew("id", "a/b"))
          .withMessage("id: \"a/b\" (expected: 1 to 63 characters of a-z, 0-9, '.', '_' and '-')");
    }

    @Test
    void haveAtMost63Characters() {
      assertThat(Ids.isValid("a".repeat(63))).isTrue();
      assertThat(Ids.isValid("a".repeat(64))).isFalse();
    }

    @Test
    void thatTheServerMakesUpCountFromZeroEachUtcDay() {
      Instant evening = Instant.parse("2026-03-01T23:59:59.999Z");
      Instant midnight = Instant.parse("2026-03-02T00:00:00Z");
      Ids.Counter counter = Ids.Counter.NEW;
      assertThat(counter.id(evening)).isEqualTo("2026-03-01r0");
      counter = counter.used(evening);
      assertThat(counter.id(evening)).isEqualTo("2026-03-01r1");
      counter = counter.used(evening);
      assertThat(counter.id(evening)).isEqualTo("2026-03-01r2");
      assertThat(counter.id(midnight)).isEqualTo("2026-03-02r0");
      assertThat(counter.used(midnight).id(midnight)).isEqualTo("2026-03-02r1");
    }
  }

  @Nested
  class OfRevisions {

    @ParameterizedTest
    @CsvSource({"1, service-[0-9a-f]{6}-v1", "12, service-[0-9a-f]{6}-v12"})
    void haveSixHexDigitsAndANumber(int n, String pattern) {
      assertThat(ServiceBuilder.replicas(1).build().revision(n)).matches(pattern);
    }

    @Test
    void haveTheSameDigitsWheneverAServiceHasTheName() {
      assertThat(ServiceBuilder.replicas(1).build().revision(3))
          .isEqualTo(ServiceBuilder.replicas(9).build().revision(3));
    }
  }

  @Test
  void thePlaceOfANewThingIsItsTimeUnlessThatIsTaken() {
    Service.Counters counters = Service.Counters.NEW.nextOrd(Instant.ofEpochMilli(1000));
    assertThat(counters.ord()).isEqualTo(1000);
    assertThat(counters.nextOrd(Instant.ofEpochMilli(1000)).ord()).isEqualTo(1001);
    assertThat(counters.nextOrd(Instant.ofEpochMilli(500)).ord()).isEqualTo(1001);
    assertThat(counters.nextOrd(Instant.ofEpochMilli(2000)).ord()).isEqualTo(2000);
  }
}
