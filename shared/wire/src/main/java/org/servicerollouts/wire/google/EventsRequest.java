package org.servicerollouts.wire.google;

import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Query;

/**
 * One page of what happened to a service.
 *
 * @param after the number of the last event that is known already, 0 for none
 */
public record EventsRequest(long after, ListRequest list) {
  private static final String AFTER = "after";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

  /**
   * The page of {@code service} that {@code query} asks for.
   *
   * @throws ProblemException for a parameter that has no such value
   */
  public static EventsRequest of(ServiceName service, Query query) {
    long after = query.find(AFTER).map(EventsRequest::number).orElse(0L);
    return new EventsRequest(after, ListRequest.ofServiceEvents(service, after, query));
  }

  private static long number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw Problem.invalid(AFTER, text, "a whole number from 0 to 999999999999999").exception();
    }
    return Long.parseLong(text);
  }
}
