package org.servicerollouts.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param next where the list goes on, to be given back as it is; empty at its end
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * The first {@code size} of what was found.
   *
   * @param found one more than {@code size} where there are more
   * @param place names the place of an item in the list
   */
  static <T> Page<T> of(List<T> found, int size, Function<T, String> place) {
    if (found.size() <= size) {
      return new Page<>(found, Optional.empty());
    }
    List<T> shown = found.subList(0, size);
    return new Page<>(shown, Optional.of(place.apply(shown.getLast())));
  }
}
