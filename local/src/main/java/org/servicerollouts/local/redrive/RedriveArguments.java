package org.servicerollouts.local.redrive;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.servicerollouts.local.Refusal;

/**
 * What {@code redrive} was asked for.
 *
 * @param stack the name or the ARN of the CloudFormation stack
 * @param region where it is; empty: where the AWS command line would look for it
 * @param dryRun whether only to tell what there is
 */
record RedriveArguments(String stack, Optional<String> region, boolean dryRun) {
  static final String USAGE = "usage: ./rollouts redrive --stack NAME [--region R] [--dry-run]";

  /**
   * Reads them.
   *
   * @throws Refusal for anything that {@link #USAGE} does not name
   */
  static RedriveArguments parse(String... args) {
    Optional<String> stack = Optional.empty();
    Optional<String> region = Optional.empty();
    boolean dryRun = false;
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      switch (name) {
        case "--stack" -> stack = Optional.of(valueOf(name, rest));
        case "--region" -> region = Optional.of(valueOf(name, rest));
        case "--dry-run" -> dryRun = true;
        default -> throw new Refusal(name + ": unknown (" + USAGE + ")");
      }
    }
    return new RedriveArguments(
        stack.orElseThrow(() -> new Refusal("--stack: missing (" + USAGE + ")")), region, dryRun);
  }

  private static String valueOf(String name, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new Refusal(name + ": missing its value (" + USAGE + ")");
    }
    return rest.next();
  }
}
