package org.servicerollouts.wire;

/** The two public APIs. Each path belongs to one of them, known to the product or not. */
public enum Surface {
  /** Google Service Management v1. */
  GOOGLE,
  /** Alibaba PAI-EAS 2021-07-01. */
  EAS;

  private static final String EAS_PREFIX = "/api/";

  /** The surface whose words answer {@code path}: PAI-EAS's below {@code /api/}, else Google's. */
  public static Surface of(String path) {
    return path.startsWith(EAS_PREFIX) ? EAS : GOOGLE;
  }
}
