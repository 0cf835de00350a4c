package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-05-08T16:00:00Z,2026-05-08T16:00:00Z",
    "2026-05-08T16:00:00.123456789Z,2026-05-08T16:00:00.123456789Z",
    "2026-05-08T18:00:00+02:00,2026-05-08T16:00:00Z",
    "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z,9999-12-31T23:59:59.999999999Z",
  })
  void readsRfc3339(String text, Instant time) {
    assertThat(Timestamps.parse(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-05-08",
        "2026-05-08T16:00Z",
        "2026-05-08 16:00:00Z",
        "2026-02-30T16:00:00Z",
        "2026-05-08T16:00:00",
        "2026-05-08T16:00:00+99:00",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "+10000-01-01T00:00:00Z",
      })
  void readsNothingElse(String text) {
    assertThat(Timestamps.parse(text)).isEmpty();
  }

  @Test
  void writesOnlyWhatCanBeRead() {
    ObjectNode node = Json.object();
    Instant last = Instant.parse("9999-12-31T23:59:59.999999999Z");
    Timestamps.put(node, "last", Optional.of(last));
    Timestamps.put(node, "later", Optional.of(last.plusNanos(1)));
    Timestamps.put(node, "none", Optional.empty());
    assertThat(Json.compact(node)).isEqualTo("{\"last\":\"" + last + "\"}");
  }
}
