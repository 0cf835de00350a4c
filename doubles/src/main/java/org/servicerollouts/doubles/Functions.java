package org.servicerollouts.doubles;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The functions of an account, with their versions and aliases. What is refused, and in which
 * words, is what Lambda answers.
 */
final class Functions {
  private static final String LATEST = "$LATEST";

  private final AwsAccount account;
  private final Map<String, Function> functions = new HashMap<>();

  Functions(AwsAccount account) {
    this.account = account;
  }

  private record Function(
      Set<String> versions, SortedMap<String, Alias> aliases, Map<String, String> tags) {}

  /** What is to become of an alias; what is absent stays as it is. */
  record Change(
      Optional<String> functionVersion,
      Optional<String> description,
      Optional<Map<String, Double>> additionalVersionWeights) {}

  /** Makes these versions known, and with them the function. */
  synchronized void add(String function, Collection<String> versions) {
    functions
        .computeIfAbsent(
            function, name -> new Function(new LinkedHashSet<>(), new TreeMap<>(), new TreeMap<>()))
        .versions()
        .addAll(versions);
  }

  synchronized void tag(String function, String key, String value) {
    function(function, "").tags().put(key, value);
  }

  synchronized Map<String, String> tags(String function) {
    return Map.copyOf(function(function, "").tags());
  }

  /** Publishes the next version of a function, and tells its number. */
  synchronized String publish(String function) {
    Set<String> versions = function(function, "").versions();
    int newest = versions.stream().mapToInt(Integer::parseInt).max().orElse(0);
    String next = Integer.toString(newest + 1);
    versions.add(next);
    return next;
  }

  synchronized Alias create(String function, String alias, Change change) {
    SortedMap<String, Alias> aliases = function(function, "").aliases();
    if (aliases.containsKey(alias)) {
      throw new Refusal(
          409, "ResourceConflictException", "Alias already exists: " + arn(function, alias));
    }
    return put(function, new Alias(alias, "", "", Map.of(), ""), change);
  }

  synchronized Alias get(String function, String alias) {
    return find(function, alias)
        .orElseThrow(() -> notFound("Cannot find alias arn: " + arn(function, alias)));
  }

  synchronized List<Alias> list(String function) {
    return List.copyOf(function(function, "").aliases().values());
  }

  /**
   * @param revisionId the change is made only if the alias's is this one
   */
  synchronized Alias update(
      String function, String alias, Optional<String> revisionId, Change change) {
    Alias old =
        find(function, alias)
            .orElseThrow(() -> notFound("Alias not found: " + arn(function, alias)));
    if (revisionId.filter(id -> !id.equals(old.revisionId())).isPresent()) {
      throw new Refusal(
          412,
          "PreconditionFailedException",
          "The Revision Id provided does not match the latest Revision Id. Call the"
              + " GetFunction/GetAlias API to retrieve the latest Revision Id");
    }
    return put(function, old, change);
  }

  /** Makes the alias, or changes it as somebody else would. */
  synchronized Alias put(String function, String alias, Change change) {
    Alias old = find(function, alias).orElseGet(() -> new Alias(alias, "", "", Map.of(), ""));
    return put(function, old, change);
  }

  String arn(String function, String qualifier) {
    return account.arn(
        "lambda", "function:" + function + (qualifier.isEmpty() ? "" : ":" + qualifier));
  }

  private Alias put(String function, Alias old, Change change) {
    Alias next =
        new Alias(
            old.name(),
            change.functionVersion().orElse(old.functionVersion()),
            change.description().orElse(old.description()),
            change.additionalVersionWeights().orElse(old.additionalVersionWeights()),
            UUID.randomUUID().toString());
    check(function, next);
    function(function, "").aliases().put(next.name(), next);
    return next;
  }

  private void check(String function, Alias alias) {
    Map<String, Double> weights = alias.additionalVersionWeights();
    if (weights.size() > 1) {
      throw invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }
    if (alias.functionVersion().equals(LATEST) && !weights.isEmpty()) {
      throw invalid("$LATEST is not supported for an alias pointing to more than 1 version");
    }
    if (weights.containsKey(alias.functionVersion())) {
      throw invalid(
          "Invalid function version "
              + alias.functionVersion()
              + ". Function version "
              + alias.functionVersion()
              + " is already included in routing configuration.");
    }
    requireVersion(function, alias.functionVersion());
    weights.keySet().forEach(version -> requireVersion(function, version));
  }

  private void requireVersion(String function, String version) {
    if (!version.equals(LATEST) && !function(function, version).versions().contains(version)) {
      throw notFound("Function not found: " + arn(function, version));
    }
  }

  private Optional<Alias> find(String function, String alias) {
    return Optional.ofNullable(function(function, "").aliases().get(alias));
  }

  /**
   * @param qualifier the version it is asked for
   */
  private Function function(String name, String qualifier) {
    return Optional.ofNullable(functions.get(name))
        .orElseThrow(() -> notFound("Function not found: " + arn(name, qualifier)));
  }

  private static Refusal notFound(String message) {
    return new Refusal(404, "ResourceNotFoundException", message);
  }

  private static Refusal invalid(String message) {
    return new Refusal(400, "InvalidParameterValueException", message);
  }
}
