package org.servicerollouts.store;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The one table, and the client that reaches it. */
public record Table(DynamoDbClient client, String name) {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(3);

  /** With all retries: a driver's other services wait for the slowest of a round. */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  /** The JDK keeps 5 connections to a host unless told; a driver writes more than that at once. */
  private static final String KEPT_CONNECTIONS = "64";

  /** As a function's environment names it: {@code TABLE_NAME}, in {@code AWS_REGION}. */
  public static Table fromEnvironment() {
    System.setProperty("http.maxConnections", KEPT_CONNECTIONS);
    DynamoDbClient client =
        DynamoDbClient.builder()
            .region(Region.of(required("AWS_REGION")))
            .overrideConfiguration(c -> c.apiCallTimeout(CALL_TIMEOUT))
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SOCKET_TIMEOUT)
                    .build())
            .build();
    return new Table(client, required("TABLE_NAME"));
  }

  /** The same for one request: a call that may not be over by {@code deadline} is not made. */
  public Table by(Deadline deadline) {
    return new Table(new TimedClient(client, deadline), name);
  }

  private static String required(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(
            () -> new IllegalStateException("environment variable " + variable + " is not set"));
  }
}
