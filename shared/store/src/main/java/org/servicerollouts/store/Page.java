package org.servicerollouts.store;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param next where the list goes on, to be given back as it is; empty at its end
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }
}
