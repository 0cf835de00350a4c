package org.servicerollouts.wire.google;

import java.util.Optional;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Query;

/**
 * One page of a list.
 *
 * @param binding the query that its page tokens fit
 * @param pageSize the most items on the page, 1 or more
 * @param from where the page before ended, as the store names it; empty for the first page
 */
public record ListRequest(String binding, int pageSize, Optional<String> from) {

  /** The size of a page that names none. */
  public static final int DEFAULT_PAGE_SIZE = 50;

  /** The largest page (Google: "The maximum value is 100"); who asks for more gets this. */
  public static final int MAX_PAGE_SIZE = 100;

  /** The largest page of services (Google: "at most 500"). */
  public static final int MAX_SERVICES = 500;

  public ListRequest {
    if (pageSize < 1) {
      throw new IllegalArgumentException("pageSize: " + pageSize + " (expected: 1 or more)");
    }
  }

  /** services.list. */
  public static ListRequest ofServices(Query query) {
    return of("services " + query.find("producerProjectId").orElse(""), query, MAX_SERVICES);
  }

  /** services.rollouts.list. */
  public static ListRequest ofRollouts(ServiceName service, Query query) {
    return of("rollouts " + service + " " + filter(query), query, MAX_PAGE_SIZE);
  }

  /**
   * The steps of a preview, whose pages are as large as they can be unless told.
   *
   * @param hash of the request
   */
  static ListRequest ofPreview(String hash, Query query) {
    return of("preview " + hash, query, Preview.PAGE, Preview.PAGE);
  }

  /** What happened to a service after its event {@code after}. */
  static ListRequest ofServiceEvents(ServiceName service, long after, Query query) {
    return of("events " + service + " " + after, query, MAX_PAGE_SIZE);
  }

  /** What happened to a rollout. */
  public static ListRequest ofRolloutEvents(ServiceName service, String rolloutId, Query query) {
    return of("events of " + service + " " + rolloutId, query, MAX_PAGE_SIZE);
  }

  /** services.configs.list. */
  public static ListRequest ofConfigs(ServiceName service, Query query) {
    return of("configs " + service, query, MAX_PAGE_SIZE);
  }

  /** operations.list. */
  public static ListRequest ofOperations(Query query) {
    return of("operations " + filter(query), query, MAX_PAGE_SIZE);
  }

  private static String filter(Query query) {
    return query.find("filter").orElse("");
  }

  /** The token of the page that follows one that ended at {@code place}. */
  public String nextPageToken(String place) {
    return new PageToken(place).encode(binding);
  }

  private static ListRequest of(String binding, Query query, int most) {
    return of(binding, query, DEFAULT_PAGE_SIZE, most);
  }

  private static ListRequest of(String binding, Query query, int unlessTold, int most) {
    Optional<String> from =
        query.find("pageToken").map(text -> PageToken.decode(binding, text)).map(PageToken::place);
    return new ListRequest(binding, pageSize(query, unlessTold, most), from);
  }

  private static int pageSize(Query query, int unlessTold, int most) {
    int size = query.find("pageSize").map(ListRequest::toSize).orElse(0);
    return size == 0 ? unlessTold : Math.min(size, most);
  }

  private static int toSize(String text) {
    try {
      int size = Integer.parseInt(text);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw refused(text);
    }
    throw refused(text);
  }

  private static ProblemException refused(String text) {
    return Problem.invalid("pageSize", text, "a whole number from 0 to " + Integer.MAX_VALUE)
        .exception();
  }
}
