package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Query;

class AllocationRequestTest {
  private static final Call.Google CALL = new Call.GetAllocation(ENDPOINTS);

  private static AllocationRequest request(String raw) {
    return AllocationRequest.of(GoogleQuery.of(CALL, Query.parse(raw)));
  }

  @Test
  void asksForAKeyAReplicaOrNeither() {
    assertThat(request("prettyPrint=false"))
        .isEqualTo(new AllocationRequest(Optional.empty(), OptionalLong.empty()));
    assertThat(request("key=%E7%94%A8%E6%88%B7+1"))
        .isEqualTo(new AllocationRequest(Optional.of("\u7528\u6237 1"), OptionalLong.empty()));
    assertThat(request("replica=007"))
        .isEqualTo(new AllocationRequest(Optional.empty(), OptionalLong.of(7)));
  }

  @Test
  void anApiKeyIsNobodysKey() {
    assertThat(request("$key=secret").key()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key=|key: \"\" (expected: 1 character or more)",
        "key|key: \"\" (expected: 1 character or more)",
        "key=a&replica=1|key: given beside replica (expected: one of the two)",
        "replica=-1|replica: \"-1\" (expected: a whole number from 0 to 999999)",
        "replica=1.0|replica: \"1.0\" (expected: a whole number from 0 to 999999)",
        "replica=%D9%A1|replica: \"\u0661\" (expected: a whole number from 0 to 999999)",
        "replica=1234567890123456|replica: \"1234567890123456\" (expected: a whole number from 0 to"
            + " 999999)",
      })
  void refusesWhatCannotBe(String raw, String message) {
    assertThat(problem(() -> request(raw)).message()).isEqualTo(message);
  }

  @Test
  void theAnswerIsJson() {
    Query query = GoogleQuery.of(CALL, Query.parse("fields=ring/units"));
    AnswerFormat format = AnswerFormat.of(CALL, query, AnswerFormat.PROTOBUF, "");
    assertThat(format.encoding()).isEqualTo(AnswerFormat.Encoding.JSON);
    assertThat(
            format.json(json("{\"sequence\": 4, \"ring\": [{\"configId\": \"a\", \"units\": 1}]}")))
        .hasToString("{\"ring\":[{\"units\":1}]}");
    Query proto = GoogleQuery.of(CALL, Query.parse("alt=proto"));
    assertThat(problem(() -> AnswerFormat.of(CALL, proto, "", "")).message())
        .isEqualTo("alt: \"proto\" (expected: json or json;enum-encoding=int)");
  }
}
