package org.servicerollouts.wire.google;

import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Query;

/** How much of a config is answered (GetServiceConfigRequest.ConfigView). */
public enum ConfigView {
  /** All but {@code sourceInfo}. */
  BASIC,
  FULL;

  /** The view that {@code query} asks for, by name or number. */
  public static ConfigView of(Query query) {
    return query
        .find("view")
        .map(
            view ->
                switch (view) {
                  case "BASIC", "0" -> BASIC;
                  case "FULL", "1" -> FULL;
                  default -> throw Problem.invalid("view", view, "BASIC or FULL").exception();
                })
        .orElse(BASIC);
  }
}
