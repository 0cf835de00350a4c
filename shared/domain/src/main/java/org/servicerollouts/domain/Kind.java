package org.servicerollouts.domain;

/** What a service is divided by. */
public enum Kind {
  /** By percent of its traffic. */
  TRAFFIC,
  /** By whole replicas. */
  REPLICA
}
