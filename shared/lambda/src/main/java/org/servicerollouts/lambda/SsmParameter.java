package org.servicerollouts.lambda;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Reads one parameter of SSM, decrypted where it is a SecureString. */
public final class SsmParameter implements Supplier<String> {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(2);

  /** With all retries: requests wait for it. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private final SsmClient client;
  private final String parameter;

  SsmParameter(SsmClient client, String parameter) {
    this.client = client;
    this.parameter = parameter;
  }

  /** The parameter of this name in {@code AWS_REGION}. */
  public static SsmParameter fromEnvironment(String parameter) {
    return new SsmParameter(
        SsmClient.builder()
            .region(Region.of(required("AWS_REGION")))
            .overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT))
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SOCKET_TIMEOUT)
                    .build())
            .build(),
        parameter);
  }

  @Override
  public String get() {
    return client.getParameter(r -> r.name(parameter).withDecryption(true)).parameter().value();
  }

  private static String required(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(
            () -> new IllegalStateException("environment variable " + variable + " is not set"));
  }
}
