package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.problem;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;

class QueryTest {

  @Test
  void readsWhatGooglesClientsSend() {
    assertThat(
            Query.parse(
                    "filter=status%3DSUCCESS&$alt=json;enum-encoding%3Dint&pageSize=0&pageToken")
                .values())
        .containsExactly(
            entry("filter", "status=SUCCESS"),
            entry("$alt", "json;enum-encoding=int"),
            entry("pageSize", "0"),
            entry("pageToken", ""));
    assertThat(Query.parse("filter=status=SUCCESS").find("filter")).contains("status=SUCCESS");
    assertThat(Query.parse("filter=serviceName%3D%22a%22+AND+%28done%3Dtrue%29").find("filter"))
        .contains("serviceName=\"a\" AND (done=true)");
    assertThat(Query.parse("pageToken=a/b%2Bc%3D%3D").find("pageToken")).contains("a/b+c==");
  }

  @Test
  void anEmptyValueIsAbsent() {
    assertThat(Query.parse("a=&b").find("a")).isEmpty();
    assertThat(Query.parse("a=&b").find("b")).isEmpty();
    assertThat(Query.parse("").values()).isEmpty();
  }

  @Test
  void theLastOfANameCounts() {
    assertThat(Query.parse("a=1&&a=%32&").values()).containsExactly(entry("a", "2"));
  }

  @Test
  void decodesNothingTwice() {
    assertThat(Query.parse("a=%2541").find("a")).contains("%41");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%ff=1", "a=%c3", "a=%+1"})
  void refusesWhatIsNotPercentEncodedUtf8(String raw) {
    Problem problem = problem(() -> Query.parse(raw));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message())
        .startsWith("query: \"")
        .endsWith("(expected: UTF-8, percent-encoded)");
  }

  @Property
  void anyQueryIsReadOrRefused(@ForAll String raw) {
    meetsNothingWorseThanAProblem(() -> Query.parse(raw));
    meetsNothingWorseThanAProblem(() -> Query.parse("%" + raw));
  }
}
