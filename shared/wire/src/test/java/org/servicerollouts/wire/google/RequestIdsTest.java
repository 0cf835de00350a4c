package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.wire.Query;

class RequestIdsTest {

  @Test
  void readsAUuid() {
    assertThat(RequestIds.of(Query.parse("requestId=0A1B2C3D-0000-4000-8000-00000000000f")))
        .contains("0a1b2c3d-0000-4000-8000-00000000000f");
    assertThat(RequestIds.of(Query.parse("requestId="))).isEmpty();
    assertThat(RequestIds.of(Query.parse(""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1-1-1-1-1", "0a1b2c3d-0000-4000-8000-00000000000g"})
  void refusesWhatIsNone(String id) {
    assertThat(problem(() -> RequestIds.of(Query.parse("requestId=" + id))).message())
        .isEqualTo("requestId: \"" + id + "\" (expected: a UUID)");
  }
}
