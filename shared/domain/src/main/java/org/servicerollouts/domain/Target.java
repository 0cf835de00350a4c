package org.servicerollouts.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/** What divides a service's traffic, and confirms each move of it. */
public sealed interface Target {

  /** Nothing: whoever divides the traffic reads the allocation. */
  record None() implements Target {
    @Override
    public Optional<LambdaAlias> alias() {
      return Optional.empty();
    }
  }

  /**
   * An alias of a Lambda function, whose weights divide its calls between two versions at most. It
   * belongs to one service, because two that moved it would move each other's traffic.
   *
   * @param functionName the function's name, without version or alias
   * @param aliasName the alias's name
   */
  record LambdaAlias(String functionName, String aliasName) implements Target {
    private static final Pattern FUNCTION = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    public LambdaAlias {
      if (!FUNCTION.matcher(functionName).matches()) {
        throw Problem.invalid(
                "target.lambdaAlias.functionName",
                functionName,
                "the name of a function of this account and Region, 1 to 64 letters, digits, '-'"
                    + " and '_'")
            .exception();
      }
      if (!ALIAS.matcher(aliasName).matches() || NUMBER.matcher(aliasName).matches()) {
        throw Problem.invalid(
                "target.lambdaAlias.aliasName",
                aliasName,
                "1 to 128 letters, digits, '-' and '_', not only digits")
            .exception();
      }
    }

    @Override
    public Optional<LambdaAlias> alias() {
      return Optional.of(this);
    }
  }

  Target NONE = new None();

  /** The alias that the target is, if it is one. */
  Optional<LambdaAlias> alias();
}
