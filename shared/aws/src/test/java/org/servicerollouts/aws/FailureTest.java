package org.servicerollouts.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

class FailureTest {

  private static AwsServiceException answered(int status, String code, String message) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode(code)
                .errorMessage(message)
                .serviceName("Lambda")
                .build())
        .build();
  }

  @Test
  void whatAwsAnsweredIsItsCodeAndItsMessage() {
    assertThat(Failure.why(answered(404, "ResourceNotFoundException", "Function not found: f")))
        .isEqualTo("ResourceNotFoundException: Function not found: f (HTTP 404)");
  }

  @Test
  void aLongMessageIsCutAndControlCharactersArePrinted() {
    assertThat(Failure.why(answered(400, "ValidationException", "a\n" + "b".repeat(400))))
        .isEqualTo("ValidationException: a\\u000a" + "b".repeat(298) + "… (HTTP 400)");
  }

  @Test
  void anAnswerWithoutMessageOrCodeIsWhatIsLeftOfIt() {
    assertThat(Failure.why(answered(404, "ResourceNotFound", "")))
        .isEqualTo("ResourceNotFound (HTTP 404)");
    assertThat(Failure.why(answered(503, null, "Unavailable"))).isEqualTo("HTTP 503");
    assertThat(Failure.why(AwsServiceException.builder().statusCode(502).build()))
        .isEqualTo("HTTP 502");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Unable to execute HTTP request: Read timed out | Unable to execute HTTP request: Read timed out
          Client execution did not complete before the specified timeout configuration: 3000 millis | Client execution did not complete before the specified timeout configuration: 3000 millis
          Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=[]) | Unable to load credentials from any of the providers in the chain
          Unable to execute HTTP request: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: none | Unable to execute HTTP request: PKIX path building failed:
          """)
  void whyThereIsNoAnswerIsToldWithoutNamesOfClasses(String message, String told) {
    assertThat(Failure.why(SdkClientException.create(message))).isEqualTo(told);
  }

  @Test
  void theNumberOfAttemptsIsNotTold() {
    SdkClientException failure = SdkClientException.create("Connection refused");
    failure =
        SdkClientException.builder()
            .message("Connection refused (SDK Attempt Count: 2)")
            .cause(failure)
            .build();

    assertThat(Failure.why(failure)).isEqualTo("Connection refused");
  }

  @Test
  void anUnknownHostIsToldWhateverTheSdkSays() {
    SdkClientException failure =
        SdkClientException.create(
            "Received an UnknownHostException when attempting to interact with a service.",
            new UnknownHostException("lambda.moon-east-1.amazonaws.com"));

    assertThat(Failure.why(failure)).isEqualTo("Unable to find the address of its endpoint");
  }
}
