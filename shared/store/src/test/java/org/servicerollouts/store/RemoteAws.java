package org.servicerollouts.store;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * An AWS over HTTP for tests: the endpoint that the environment names ({@value #ENDPOINT}, {@value
 * #REGION}, credentials where the SDK looks for them), else LocalStack where a Docker engine is.
 */
public final class RemoteAws implements AutoCloseable {
  public static final String ENDPOINT = "SERVICE_ROLLOUTS_TEST_ENDPOINT";
  public static final String REGION = "SERVICE_ROLLOUTS_TEST_REGION";

  /** Why a test that needs one is skipped. */
  public static final String NONE =
      "no Docker engine for LocalStack here, and SERVICE_ROLLOUTS_TEST_ENDPOINT is not set: this"
          + " was tested in this process only";

  private static final String DEFAULT_REGION = "us-east-1";
  private static final DockerImageName LOCALSTACK =
      DockerImageName.parse("localstack/localstack:4.7.0");

  private final URI endpoint;
  private final Region region;
  private final AwsCredentialsProvider credentials;
  private final Optional<LocalStackContainer> container;

  private RemoteAws(
      URI endpoint,
      String region,
      AwsCredentialsProvider credentials,
      Optional<LocalStackContainer> container) {
    this.endpoint = endpoint;
    this.region = Region.of(region);
    this.credentials = credentials;
    this.container = container;
  }

  public static boolean isThere() {
    return System.getenv(ENDPOINT) != null || DockerClientFactory.instance().isDockerAvailable();
  }

  /**
   * Opens it.
   *
   * @param services what LocalStack is to have
   */
  public static RemoteAws open(String... services) {
    return Optional.ofNullable(System.getenv(ENDPOINT))
        .map(RemoteAws::configured)
        .orElseGet(() -> onLocalStack(services));
  }

  private static RemoteAws configured(String endpoint) {
    String region = Optional.ofNullable(System.getenv(REGION)).orElse(DEFAULT_REGION);
    return new RemoteAws(
        URI.create(endpoint),
        region,
        DefaultCredentialsProvider.builder().build(),
        Optional.empty());
  }

  private static RemoteAws onLocalStack(String... services) {
    LocalStackContainer started = new LocalStackContainer(LOCALSTACK).withServices(services);
    started.start();
    return new RemoteAws(
        started.getEndpoint(),
        started.getRegion(),
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(started.getAccessKey(), started.getSecretKey())),
        Optional.of(started));
  }

  /** The client of {@code builder}, for it. */
  public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(credentials)
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(10)).build())
        .build();
  }

  @Override
  public void close() {
    container.ifPresent(LocalStackContainer::stop);
  }
}
