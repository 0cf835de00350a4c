package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.problem;

import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Query;

class ListRequestTest {
  private static final String PLACE = "001762797600123/canary-rollout";

  private static ListRequest rollouts(String raw) {
    return ListRequest.ofRollouts(ENDPOINTS, Query.parse(raw));
  }

  @ParameterizedTest
  @CsvSource({
    "'',50",
    "pageSize,50",
    "pageSize=0,50",
    "pageSize=1,1",
    "pageSize=100,100",
    "pageSize=2000,100",
    "pageSize=2147483647,100"
  })
  void sizesThePage(String raw, int size) {
    assertThat(rollouts(raw).pageSize()).isEqualTo(size);
    assertThat(rollouts(raw).from()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "2147483648", "99999999999"})
  void refusesOtherSizes(String size) {
    assertThat(problem(() -> rollouts("pageSize=" + size)).message())
        .isEqualTo("pageSize: \"" + size + "\" (expected: a whole number from 0 to 2147483647)");
  }

  @Test
  void aTokenLeadsToTheNextPageWhateverItsSize() {
    String token = rollouts("pageSize=5").nextPageToken(PLACE);
    assertThat(token).matches("[A-Za-z0-9_-]+");
    assertThat(rollouts("pageSize=7&pageToken=" + token).from()).contains(PLACE);
  }

  @Test
  void aTokenFitsOnlyItsOwnList() {
    String token = rollouts("").nextPageToken(PLACE);
    Query query = Query.parse("pageToken=" + token);
    assertThat(problem(() -> ListRequest.ofRollouts(FOO, query)).kind())
        .isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem(() -> ListRequest.ofConfigs(ENDPOINTS, query)).message())
        .startsWith("pageToken: \"" + token + "\" (expected: the nextPageToken of the page before");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "a/b+c==", "AAAAAAAAAAAA"})
  void refusesWhatIsNoToken(String token) {
    assertThat(problem(() -> rollouts("pageToken=" + token)).kind())
        .isEqualTo(Problem.Kind.INVALID_VALUE);
  }

  @Property
  void refusesEveryChangeOfAToken(@ForAll @IntRange(max = 49) int at, @ForAll char by) {
    String token = rollouts("").nextPageToken(PLACE);
    Assume.that(at < token.length() && by != token.charAt(at));
    String changed = token.substring(0, at) + by + token.substring(at + 1);
    Query query = new Query(Map.of("pageToken", changed));
    meetsNothingWorseThanAProblem(() -> ListRequest.ofRollouts(ENDPOINTS, query));
    assertThat(problem(() -> ListRequest.ofRollouts(ENDPOINTS, query)).kind())
        .isEqualTo(Problem.Kind.INVALID_VALUE);
  }

  @Test
  void aTokenFitsOnlyItsOwnFilter() {
    String token = rollouts("filter=status%3DSUCCESS").nextPageToken(PLACE);
    assertThat(rollouts("filter=status%3DSUCCESS&pageToken=" + token).from()).contains(PLACE);
    assertThat(problem(() -> rollouts("filter=status%3DFAILED&pageToken=" + token)).field())
        .contains("pageToken");
    assertThat(problem(() -> rollouts("pageToken=" + token)).field()).contains("pageToken");
  }

  @Test
  void servicesComeUpToFiveHundredToAPage() {
    assertThat(ListRequest.ofServices(Query.parse("pageSize=2000")).pageSize()).isEqualTo(500);
    assertThat(ListRequest.ofServices(Query.parse("")).pageSize()).isEqualTo(50);
    assertThat(ListRequest.ofOperations(Query.parse("pageSize=2000")).pageSize()).isEqualTo(100);
    String token =
        ListRequest.ofServices(Query.parse("producerProjectId=p")).nextPageToken("a.example.com");
    Query other = Query.parse("producerProjectId=q&pageToken=" + token);
    assertThat(problem(() -> ListRequest.ofServices(other)).field()).contains("pageToken");
  }
}
