package org.servicerollouts.local.redrive;

import java.time.Duration;
import java.util.Optional;
import org.servicerollouts.local.Refusal;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** AWS in one Region, reached with whatever credentials the environment or a profile has. */
record AwsClients(CloudFormationClient stacks, S3Client objects, LambdaClient functions)
    implements AutoCloseable {

  /** Longer than publish-events may take (template.yaml: 29 s). */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Those of {@code given}; empty: of the environment's or the profile's Region.
   *
   * @throws Refusal where neither has one
   */
  static AwsClients in(Optional<String> given) {
    Region region = given.map(Region::of).orElseGet(AwsClients::usual);
    return new AwsClients(
        in(region, CloudFormationClient.builder()),
        in(region, S3Client.builder()),
        in(region, LambdaClient.builder()));
  }

  private static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C in(
      Region region, B builder) {
    return builder
        .region(region)
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(SOCKET_TIMEOUT))
        .build();
  }

  private static Region usual() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw new Refusal(
          "--region: missing (expected: a Region, here or in AWS_REGION or the profile)");
    }
  }

  @Override
  public void close() {
    functions.close();
    objects.close();
    stacks.close();
  }
}
