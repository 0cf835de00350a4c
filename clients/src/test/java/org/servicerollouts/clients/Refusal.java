package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonErrorContainer;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.json.jackson2.JacksonFactory;
import com.google.api.gax.rpc.ApiException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What a client's exception tells of a refused call.
 *
 * @param code the HTTP status
 * @param status the name of the google.rpc.Code
 * @param reason of google.rpc.ErrorInfo
 * @param fields that google.rpc.BadRequest names
 */
record Refusal(int code, String status, String message, String reason, List<String> fields) {
  private static final String TYPES = "type.googleapis.com/google.rpc.";

  Refusal {
    fields = List.copyOf(fields);
  }

  /**
   * How {@code call} of google-cloud-service-management is refused, at once or by its future: by an
   * exception of exactly {@code type}. By HTTP that client derives the type from the HTTP status
   * alone, so that 409 is always ABORTED and 400 always INVALID_ARGUMENT, and leaves
   * ApiException.getErrorDetails empty: the body stands in the cause.
   */
  static Refusal cloud(Class<? extends ApiException> type, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    if (thrown instanceof ExecutionException future) {
      thrown = future.getCause();
    }
    assertThat(thrown).isExactlyInstanceOf(type);
    Throwable http = thrown;
    while (http != null && !(http instanceof HttpResponseException)) {
      http = http.getCause();
    }
    assertThat(http).as("the HTTP answer").isInstanceOf(HttpResponseException.class);
    return of(((HttpResponseException) http).getContent());
  }

  /** How {@code call} of google-api-services-servicemanagement is refused. */
  static Refusal discovery(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isExactlyInstanceOf(GoogleJsonResponseException.class);
    GoogleJsonResponseException refused = (GoogleJsonResponseException) thrown;
    Refusal refusal = of(refused.getDetails());
    assertThat(refused.getStatusCode()).isEqualTo(refusal.code());
    return refusal;
  }

  private static Refusal of(String content) {
    try {
      return of(
          JacksonFactory.getDefaultInstance()
              .fromString(content, GoogleJsonErrorContainer.class)
              .getError());
    } catch (IOException e) {
      throw new AssertionError("not Google's error: " + content, e);
    }
  }

  private static Refusal of(GoogleJsonError error) {
    Map<?, ?> info = detail(error, "ErrorInfo");
    assertThat(info.get("domain")).isEqualTo("servicemanagement.googleapis.com");
    List<?> violations =
        detail(error, "BadRequest").get("fieldViolations") instanceof List<?> list
            ? list
            : List.of();
    return new Refusal(
        error.getCode(),
        (String) error.get("status"),
        error.getMessage(),
        (String) info.get("reason"),
        violations.stream().map(v -> (String) ((Map<?, ?>) v).get("field")).toList());
  }

  private static Map<?, ?> detail(GoogleJsonError error, String type) {
    return ((List<?>) error.get("details"))
        .stream()
            .<Map<?, ?>>map(detail -> (Map<?, ?>) detail)
            .filter(detail -> (TYPES + type).equals(detail.get("@type")))
            .findFirst()
            .orElse(Map.of());
  }
}
