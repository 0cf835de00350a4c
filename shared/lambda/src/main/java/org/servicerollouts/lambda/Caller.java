package org.servicerollouts.lambda;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sender of a request that was let in.
 *
 * @param name the name that stands in history and events; of an assumed role it names the session
 * @param principal to whom a requestId belongs: an assumed role is one, whatever its session
 * @param readsEveryService whether the sender may read every service; false where the gateway's IAM
 *     policies may hide some, because the handlers do not see these policies
 */
public record Caller(String name, String principal, boolean readsEveryService) {

  /** "arn:aws:sts::account:assumed-role/role-name/role-session-name" (IAM, "IAM identifiers"). */
  private static final Pattern ASSUMED_ROLE =
      Pattern.compile("(arn:[^:]+:sts::[0-9]*:assumed-role/[^/]+)/.+");

  public Caller {
    requireNonNull(name, "name is null");
    requireNonNull(principal, "principal is null");
  }

  /** A sender whose requestIds belong to its name. */
  public Caller(String name, boolean readsEveryService) {
    this(name, name, readsEveryService);
  }

  /** A sender that IAM knows by {@code arn}. */
  static Caller ofArn(String arn, boolean readsEveryService) {
    Matcher role = ASSUMED_ROLE.matcher(arn);
    return new Caller(arn, role.matches() ? role.group(1) : arn, readsEveryService);
  }
}
