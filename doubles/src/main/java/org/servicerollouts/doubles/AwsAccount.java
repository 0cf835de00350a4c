package org.servicerollouts.doubles;

import java.util.Objects;

/**
 * The account and Region that a double plays, which stand in ARNs.
 *
 * @param id the account's number
 */
public record AwsAccount(String region, String id) {
  public AwsAccount {
    Objects.requireNonNull(region, "region is null");
    Objects.requireNonNull(id, "id is null");
  }

  /** The ARN of what {@code service} calls {@code resource} here. */
  String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + id + ":" + resource;
  }
}
