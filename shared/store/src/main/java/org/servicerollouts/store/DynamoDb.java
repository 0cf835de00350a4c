package org.servicerollouts.store;

import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The DynamoDB client of every function. */
public final class DynamoDb {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(3);

  /** The JDK keeps 5 connections to a host unless told; a driver writes more than that at once. */
  private static final String KEPT_CONNECTIONS = "64";

  private DynamoDb() {}

  /**
   * A client for {@code region}, with whatever credentials the environment has when it is first
   * used.
   */
  public static DynamoDbClient client(String region) {
    System.setProperty("http.maxConnections", KEPT_CONNECTIONS);
    return DynamoDbClient.builder()
        .region(Region.of(region))
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SOCKET_TIMEOUT)
                .build())
        .build();
  }
}
