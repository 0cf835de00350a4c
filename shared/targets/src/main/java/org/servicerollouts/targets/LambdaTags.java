package org.servicerollouts.targets;

import java.util.Optional;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.aws.Environment;
import org.servicerollouts.aws.Failure;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Reads tags of Lambda functions. Each method makes one call of Lambda's control plane and throws
 * nothing that AWS or the network do.
 */
public final class LambdaTags {
  private static final int ATTEMPTS = 2;

  private final LambdaClient client;
  private final String functions;

  /**
   * @param region of the functions
   * @param account the number of their account
   */
  public LambdaTags(LambdaClient client, String region, String account) {
    this.client = client;
    this.functions =
        "arn:%s:lambda:%s:%s:function:"
            .formatted(PartitionMetadata.of(Region.of(region)).id(), region, account);
  }

  /** Those of {@code account} in {@code AWS_REGION}. */
  public static LambdaTags fromEnvironment(String account) {
    return new LambdaTags(
        Clients.fromEnvironment(LambdaClient.builder(), ATTEMPTS),
        Environment.required("AWS_REGION"),
        account);
  }

  /** The outcome of reading a tag. The texts are for release engineers. */
  public sealed interface Tag {
    /** The tag's value; empty where the function does not have the tag. */
    record Is(Optional<String> value) implements Tag {}

    /** AWS takes fewer calls than it was sent. */
    record Throttled() implements Tag {}

    /** It failed. */
    record Failed(String why) implements Tag {}
  }

  /** The tag {@code key} of the function {@code name}. */
  public Tag read(String name, String key) {
    try {
      return new Tag.Is(
          Optional.ofNullable(client.listTags(r -> r.resource(functions + name)).tags().get(key)));
    } catch (AwsServiceException e) {
      return e.isThrottlingException() ? new Tag.Throttled() : failed(name, e);
    } catch (SdkException e) {
      return failed(name, e);
    }
  }

  private static Tag failed(String name, SdkException e) {
    return new Tag.Failed("function " + name + ": ListTags: " + Failure.why(e));
  }
}
