package org.servicerollouts.lambda;

import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Reads the keys from one SecureString parameter of SSM. */
final class SsmKeys implements Supplier<String> {
  private final SsmClient client;
  private final String parameter;

  SsmKeys(SsmClient client, String parameter) {
    this.client = client;
    this.parameter = parameter;
  }

  /** The parameter that {@code KEYS_PARAMETER} names, in {@code AWS_REGION}. */
  static SsmKeys fromEnvironment() {
    return new SsmKeys(
        SsmClient.builder()
            .region(Region.of(required("AWS_REGION")))
            .httpClient(UrlConnectionHttpClient.create())
            .build(),
        required("KEYS_PARAMETER"));
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
