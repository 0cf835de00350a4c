package org.servicerollouts.store;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The contract over HTTP, with the SDK's own client: on the endpoint that the environment names
 * ({@value #ENDPOINT}, {@value #REGION}, credentials where the SDK looks for them), else on
 * LocalStack where a Docker engine is. It makes a table of its own and deletes it.
 */
@EnabledIf(
    value = "thereIsOne",
    disabledReason =
        "no Docker engine for LocalStack here, and SERVICE_ROLLOUTS_TEST_ENDPOINT is not set:"
            + " the store was tested on DynamoDB Local in this process only")
class RemoteStoreTest extends StoreContract {
  private static final String ENDPOINT = "SERVICE_ROLLOUTS_TEST_ENDPOINT";
  private static final String REGION = "SERVICE_ROLLOUTS_TEST_REGION";
  private static final String DEFAULT_REGION = "us-east-1";
  private static final DockerImageName LOCALSTACK =
      DockerImageName.parse("localstack/localstack:4.7.0");

  private Optional<LocalStackContainer> container = Optional.empty();

  static boolean thereIsOne() {
    return System.getenv(ENDPOINT) != null || DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  protected Table open() {
    DynamoDbClient client =
        Optional.ofNullable(System.getenv(ENDPOINT))
            .map(RemoteStoreTest::configured)
            .orElseGet(this::onLocalStack);
    String name = "rollouts-test-" + UUID.randomUUID();
    client.createTable(Schema.createTable(name));
    client.waiter().waitUntilTableExists(r -> r.tableName(name));
    return new Table(client, name);
  }

  @Override
  protected void close(Table used) {
    used.client().deleteTable(r -> r.tableName(used.name()));
    used.client().close();
    container.ifPresent(LocalStackContainer::stop);
  }

  private static DynamoDbClient configured(String endpoint) {
    String region = Optional.ofNullable(System.getenv(REGION)).orElse(DEFAULT_REGION);
    return client(URI.create(endpoint), region, DefaultCredentialsProvider.builder().build());
  }

  private DynamoDbClient onLocalStack() {
    LocalStackContainer started = new LocalStackContainer(LOCALSTACK).withServices("dynamodb");
    started.start();
    container = Optional.of(started);
    return client(
        started.getEndpoint(),
        started.getRegion(),
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(started.getAccessKey(), started.getSecretKey())));
  }

  private static DynamoDbClient client(
      URI endpoint, String region, AwsCredentialsProvider credentials) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(region))
        .credentialsProvider(credentials)
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(10)).build())
        .build();
  }
}
