package org.servicerollouts.doubles;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallLogTest {
  private final CallLog log = new CallLog(2);

  @Test
  void theNewestCallsAreKept() {
    assertThat(log.calls()).isEmpty();

    log.add(call("first"));
    log.add(call("second"));
    assertThat(log.calls()).containsExactly(call("first"), call("second"));

    log.add(call("third"));
    assertThat(log.calls()).containsExactly(call("second"), call("third"));
  }

  private static Call call(String operation) {
    return new Call(Instant.EPOCH, operation, "");
  }
}
