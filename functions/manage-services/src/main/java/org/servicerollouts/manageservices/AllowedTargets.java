package org.servicerollouts.manageservices;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.servicerollouts.aws.Failure;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import org.servicerollouts.lambda.SsmParameter;
import org.servicerollouts.targets.LambdaTags;
import org.servicerollouts.wire.Errors;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Which services may have which functions as their targets, as the operator of the deployment says:
 * by the stack parameter TargetServices, and by a tag of the function. A function of which nothing
 * is said may be any service's; which functions there may be at all, the roles' policies say.
 */
public final class AllowedTargets {
  /** Nothing is said of any function. */
  public static final AllowedTargets ANY = new AllowedTargets(Optional.empty(), Optional.empty());

  static final String TAG = "service-rollouts";

  private static final String FIELD = "target.lambdaAlias.functionName";

  private final Optional<Supplier<String>> pairs;
  private final Optional<LambdaTags> tags;

  /**
   * @param pairs reads {@code service=function}, separated by commas
   * @param tags empty where tags say nothing
   */
  AllowedTargets(Optional<Supplier<String>> pairs, Optional<LambdaTags> tags) {
    this.pairs = pairs;
    this.tags = tags;
  }

  /** As {@code TARGET_SERVICES_PARAMETER} and {@code TARGETS_BY_TAG} say. */
  static AllowedTargets fromEnvironment(String account) {
    return new AllowedTargets(
        Optional.ofNullable(System.getenv("TARGET_SERVICES_PARAMETER"))
            .map(SsmParameter::fromEnvironment),
        Optional.ofNullable(System.getenv("TARGETS_BY_TAG"))
            .filter("true"::equals)
            .map(on -> LambdaTags.fromEnvironment(account)));
  }

  /**
   * Requires that {@code service} may have the function of {@code alias}.
   *
   * @throws ProblemException if it may not, or if that cannot be read
   */
  void require(ServiceName service, Target.LambdaAlias alias) {
    String function = alias.functionName();
    pairs.map(read -> servicesOf(function, read)).ifPresent(s -> require(service, s, alias));
    tags.map(read -> tagged(read.read(function, TAG))).ifPresent(s -> require(service, s, alias));
  }

  private static void require(ServiceName service, Set<String> named, Target.LambdaAlias alias) {
    if (!named.isEmpty() && !named.contains(service.value())) {
      throw refused(
              "\"%s\" (expected: a function that this deployment gives to service '%s')"
                  .formatted(alias.functionName(), service))
          .exception();
    }
  }

  private static Set<String> servicesOf(String function, Supplier<String> pairs) {
    return Arrays.stream(listed(pairs).split(","))
        .map(pair -> pair.strip().split("=", 2))
        .filter(pair -> pair.length == 2 && pair[1].equals(function))
        .map(pair -> pair[0])
        .collect(Collectors.toSet());
  }

  private static String listed(Supplier<String> pairs) {
    try {
      return pairs.get();
    } catch (SdkException e) {
      throw refused("TargetServices: " + Failure.why(e) + " (expected: a list that can be read)")
          .exception();
    }
  }

  private static Set<String> tagged(LambdaTags.Tag tag) {
    return switch (tag) {
      case LambdaTags.Tag.Is is ->
          is.value().map(names -> Set.copyOf(List.of(names.split(" +")))).orElse(Set.of());
      case LambdaTags.Tag.Throttled throttled -> throw Errors.THROTTLED.exception();
      case LambdaTags.Tag.Failed failed ->
          throw refused(failed.why() + " (expected: a function whose tags can be read)")
              .exception();
    };
  }

  private static Problem refused(String why) {
    return new Problem(Problem.Kind.FAILED_PRECONDITION, FIELD + ": " + why, Optional.of(FIELD));
  }
}
