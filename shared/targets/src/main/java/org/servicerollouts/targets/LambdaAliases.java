package org.servicerollouts.targets;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.aws.Failure;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/**
 * Reads and sets how aliases of Lambda functions divide calls among versions. Each method makes one
 * call of Lambda's control plane, which {@link Pace} is for, and throws nothing that AWS or the
 * network do. Such a call is one HTTP request, but for a read whose connection breaks before there
 * is an answer: Java sends that GET once more by itself.
 */
public final class LambdaAliases {
  private static final int PRECONDITION_FAILED = 412;

  /** A repetition by the SDK would be a call that nobody paced. */
  private static final int ATTEMPTS = 1;

  /**
   * "You can point an alias to a maximum of two Lambda function versions" (Lambda Developer Guide,
   * alias routing configuration).
   */
  private static final int MOST_VERSIONS = 2;

  private final LambdaClient client;

  /**
   * @param client makes one HTTP request a call, as that of {@link #fromEnvironment} does
   */
  public LambdaAliases(LambdaClient client) {
    this.client = client;
  }

  /** Those of this account in {@code AWS_REGION}. */
  public static LambdaAliases fromEnvironment() {
    return new LambdaAliases(Clients.fromEnvironment(LambdaClient.builder(), ATTEMPTS));
  }

  /** What the alias holds now. */
  public Answer read(Target.LambdaAlias alias) {
    return answer(
        "GetAlias",
        alias,
        () -> {
          GetAliasResponse is =
              client.getAlias(r -> r.functionName(alias.functionName()).name(alias.aliasName()));
          return held(is.revisionId(), is.functionVersion(), is.routingConfig());
        });
  }

  /**
   * Sets the weights, if the alias is still as it was found. One version is set alone, with the
   * other's weight taken away; of two the alias's FunctionVersion stays what it is where it is one
   * of them, else it becomes the one with more.
   *
   * @param weights by version its share in billionths of a percent, as {@link Held} has them
   * @param found what a {@link #read} or {@code set} of this alias answered
   * @throws IllegalArgumentException if there are more than two versions, or they do not divide all
   *     calls
   */
  public Answer set(Target.LambdaAlias alias, SortedMap<String, Long> weights, Held found) {
    Weights.require(weights);
    if (weights.size() > MOST_VERSIONS) {
      throw new IllegalArgumentException(
          "weights: " + weights.size() + " versions (expected: 1 or 2)");
    }
    String primary = primary(weights, found);
    Map<String, Double> additional =
        weights.entrySet().stream()
            .filter(share -> !share.getKey().equals(primary))
            .collect(
                Collectors.toMap(Map.Entry::getKey, share -> Weights.weight(share.getValue())));
    return answer(
        "UpdateAlias",
        alias,
        () -> {
          // An empty map: without one Lambda keeps the old weights
          UpdateAliasResponse is =
              client.updateAlias(
                  r ->
                      r.functionName(alias.functionName())
                          .name(alias.aliasName())
                          .functionVersion(primary)
                          .routingConfig(c -> c.additionalVersionWeights(additional))
                          .revisionId(found.revisionId()));
          return held(is.revisionId(), is.functionVersion(), is.routingConfig());
        });
  }

  private static Held held(
      String revisionId, String primary, AliasRoutingConfiguration routingConfig) {
    if (revisionId == null || primary == null) {
      throw new IllegalArgumentException("no alias");
    }
    return Held.of(
        revisionId,
        primary,
        routingConfig == null ? Map.of() : routingConfig.additionalVersionWeights());
  }

  private static String primary(SortedMap<String, Long> weights, Held found) {
    return weights.containsKey(found.primary())
        ? found.primary()
        : weights.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
            .orElseThrow()
            .getKey();
  }

  private static Answer answer(String operation, Target.LambdaAlias alias, Supplier<Held> call) {
    String where =
        "function " + alias.functionName() + ", alias " + alias.aliasName() + ": " + operation;
    try {
      return new Answer.Is(call.get());
    } catch (AwsServiceException e) {
      String why = where + ": " + Failure.why(e);
      if (e.statusCode() == PRECONDITION_FAILED) {
        return new Answer.Stale();
      }
      return e.isThrottlingException() ? new Answer.Throttled(why) : new Answer.Failed(why);
    } catch (SdkException e) {
      return new Answer.Failed(where + ": " + Failure.why(e));
    } catch (IllegalArgumentException e) {
      return new Answer.Failed(where + " answered " + e.getMessage());
    }
  }
}
