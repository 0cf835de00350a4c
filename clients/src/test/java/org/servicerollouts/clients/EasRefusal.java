package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.aliyun.tea.TeaException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What the exception of Alibaba Cloud's client tells of a refused call.
 *
 * @param status the HTTP status
 */
record EasRefusal(int status, String code, String message) {

  /** How {@code call} is refused, with a RequestId that stands in the exception's message too. */
  static EasRefusal of(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isExactlyInstanceOf(TeaException.class);
    TeaException refused = (TeaException) thrown;
    String requestId = (String) refused.getData().get("RequestId");
    assertThat(requestId).matches("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}");
    int status = ((Number) refused.getData().get("statusCode")).intValue();
    String message = (String) refused.getData().get("Message");
    assertThat(refused.getMessage())
        .isEqualTo("code: " + status + ", " + message + " request id: " + requestId);
    assertThat(refused.getData().keySet()).as("PAI-EAS's error").contains("HostId", "Recommend");
    return new EasRefusal(status, refused.getCode(), message);
  }
}
