package org.servicerollouts.aws;

import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** Builds clients for callers that would rather ask again later than wait. */
public final class Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(2);

  /** With all attempts. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  private Clients() {}

  /**
   * The client for {@code AWS_REGION}; the rest as {@link #client} has it.
   *
   * @throws IllegalStateException if that variable is not set
   */
  public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C>
      C fromEnvironment(B builder, int attempts) {
    return client(builder, Environment.required("AWS_REGION"), attempts);
  }

  /**
   * The client that {@code builder} is for, with the SDK's default credentials unless the builder
   * has others. A call of it takes 3 seconds at most.
   *
   * @param attempts how many HTTP requests one call may make, 1 or more
   */
  public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String region, int attempts) {
    return builder
        .region(Region.of(region))
        .overrideConfiguration(
            c -> c.apiCallTimeout(CALL_TIMEOUT).retryStrategy(r -> r.maxAttempts(attempts)))
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SOCKET_TIMEOUT)
                .build())
        .build();
  }
}
