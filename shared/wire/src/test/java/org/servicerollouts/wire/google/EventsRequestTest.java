package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.wire.Query;

class EventsRequestTest {

  private static EventsRequest events(String raw) {
    return EventsRequest.of(ENDPOINTS, Query.parse(raw));
  }

  @ParameterizedTest
  @CsvSource({
    "'',0",
    "after,0",
    "after=0,0",
    "after=17&pageSize=3,17",
    "after=007,7",
    "after=999999999999999,999999999999999"
  })
  void readsTheNumberOfTheLastEventThatIsKnown(String raw, long after) {
    assertThat(events(raw).after()).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "1e3", " 1", "٣", "1000000000000000"})
  void refusesWhatIsNone(String after) {
    assertThat(problem(() -> events("after=" + after)).message())
        .isEqualTo("after: \"" + after + "\" (expected: a whole number from 0 to 999999999999999)");
  }

  @Test
  void isPagedAsAnyList() {
    assertThat(events("").list().pageSize()).isEqualTo(50);
    assertThat(events("pageSize=1000").list().pageSize()).isEqualTo(100);
    String token = events("after=5").list().nextPageToken("9");
    assertThat(events("after=05&pageToken=" + token).list().from()).contains("9");
  }

  @Test
  void aTokenFitsOnlyItsServiceAndNumber() {
    String token = events("after=5").list().nextPageToken("9");
    assertThat(problem(() -> events("after=6&pageToken=" + token)).field()).contains("pageToken");
    Query query = Query.parse("after=5&pageToken=" + token);
    assertThat(problem(() -> EventsRequest.of(FOO, query)).field()).contains("pageToken");
  }

  @Test
  void aTokenOfARolloutsEventsFitsOnlyThatRollout() {
    String token = ListRequest.ofRolloutEvents(ENDPOINTS, "r1", Query.parse("")).nextPageToken("9");
    Query query = Query.parse("pageToken=" + token);
    assertThat(ListRequest.ofRolloutEvents(ENDPOINTS, "r1", query).from()).contains("9");
    assertThat(problem(() -> ListRequest.ofRolloutEvents(ENDPOINTS, "r2", query)).field())
        .contains("pageToken");
    assertThat(problem(() -> EventsRequest.of(ENDPOINTS, query)).field()).contains("pageToken");
  }
}
