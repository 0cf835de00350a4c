package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Query;

/**
 * One page of what a rollout would do; this product's own.
 *
 * @param list its size, and what its page tokens fit
 * @param place where it starts; empty for the first page
 */
public record PreviewRequest(ListRequest list, Optional<Preview.Place> place) {
  private static final String SOMEBODY = "-";

  public PreviewRequest {
    requireNonNull(list, "list is null");
    requireNonNull(place, "place is null");
  }

  /**
   * The page that {@code query} asks for.
   *
   * @param hash of the request, by RequestHash: its page tokens fit no other
   * @throws ProblemException for a parameter that has no such value
   */
  public static PreviewRequest of(String hash, Query query) {
    ListRequest list = ListRequest.ofPreview(hash, query);
    return new PreviewRequest(
        list,
        list.from()
            .map(
                text ->
                    parse(text)
                        .orElseThrow(() -> PageToken.refused(query.find("pageToken").orElse("")))));
  }

  /** The token of the page that starts at {@code next}. */
  String nextPageToken(Preview.Place next) {
    return list.nextPageToken(
        Stream.of(
                next.v(),
                next.from(),
                next.batch(),
                next.moved(),
                next.doneAt(),
                next.start().map(Instant::toString).orElse(SOMEBODY))
            .map(Object::toString)
            .collect(Collectors.joining(" ")));
  }

  private static Optional<Preview.Place> parse(String text) {
    List<String> parts = List.of(text.split(" ", -1));
    if (parts.size() != 6) {
      return Optional.empty();
    }
    try {
      return Optional.of(
              new Preview.Place(
                  Long.parseLong(parts.get(0)),
                  Instant.parse(parts.get(1)),
                  Integer.parseInt(parts.get(2)),
                  Long.parseLong(parts.get(3)),
                  Instant.parse(parts.get(4)),
                  Optional.of(parts.get(5)).filter(s -> !s.equals(SOMEBODY)).map(Instant::parse)))
          .filter(place -> place.batch() >= 0);
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
