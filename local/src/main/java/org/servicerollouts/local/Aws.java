package org.servicerollouts.local;

/**
 * The account and Region that this process plays, which stand in ARNs and events; those of DynamoDB
 * Local.
 */
final class Aws {
  static final String ACCOUNT = "000000000000";
  static final String REGION = "ddblocal";

  private Aws() {}

  static String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + REGION + ":" + ACCOUNT + ":" + resource;
  }
}
