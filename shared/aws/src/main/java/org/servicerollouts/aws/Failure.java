package org.servicerollouts.aws;

import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.servicerollouts.domain.Printable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Why a call of AWS failed, in words for release engineers. */
public final class Failure {
  /** What the SDK's own messages end with, and the first name of a Java class in them. */
  private static final Pattern OF_NO_USE =
      Pattern.compile(
          " \\(SDK Attempt Count: \\d+\\)|\\s*\\S*\\p{Ll}\\p{Lu}\\S*.*", Pattern.DOTALL);

  private static final int FORBIDDEN = 403;

  private Failure() {}

  /**
   * What AWS answered ({@code ResourceNotFoundException: Function not found … (HTTP 404)}), or why
   * there is no answer ({@code Unable to execute HTTP request: Read timed out}); cut to 300
   * characters of message.
   */
  public static String why(SdkException failure) {
    return switch (failure) {
      case AwsServiceException answered -> answer(answered);
      case SdkException unanswered
          when causes(unanswered).anyMatch(UnknownHostException.class::isInstance) ->
          "Unable to find the address of its endpoint";
      case SdkException unanswered -> Printable.of(useful(unanswered.getMessage()));
    };
  }

  private static String answer(AwsServiceException answered) {
    if (answered.statusCode() == FORBIDDEN) {
      // AWS's own words name roles and accounts, which are nobody's business who only calls us
      return "AccessDenied: this deployment may not do that (HTTP 403)";
    }
    Optional<AwsErrorDetails> details = Optional.ofNullable(answered.awsErrorDetails());
    String status = "HTTP " + answered.statusCode();
    return details
        .map(AwsErrorDetails::errorCode)
        .map(
            code ->
                code
                    + details
                        .map(AwsErrorDetails::errorMessage)
                        .filter(message -> !message.isBlank())
                        .map(message -> ": " + Printable.of(message))
                        .orElse("")
                    + " ("
                    + status
                    + ")")
        .orElse(status);
  }

  private static String useful(String message) {
    return OF_NO_USE.matcher(message).replaceAll("");
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }
}
