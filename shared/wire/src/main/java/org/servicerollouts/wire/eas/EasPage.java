package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;

/**
 * One page of a list of PAI-EAS's, which counts its pages from 1.
 *
 * @param number 1 or more; a page after the last is empty
 * @param size 1 to {@value #MAX_SIZE}
 */
public record EasPage(int number, int size) {

  /** The size of a page that names none (PAI-EAS: "Default value: 100"), and the largest. */
  public static final int MAX_SIZE = 100;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  public EasPage {
    if (number < 1) {
      throw refused("PageNumber", Integer.toString(number));
    }
    if (size < 1) {
      throw refused("PageSize", Integer.toString(size));
    }
    size = Math.min(size, MAX_SIZE);
  }

  /**
   * The page that {@code PageNumber} and {@code PageSize} name; who asks for a larger one than the
   * largest gets that.
   *
   * @throws ProblemException for what is no whole number from 1 to {@link Integer#MAX_VALUE}
   */
  public static EasPage of(Query query) {
    return new EasPage(number(query, "PageNumber", 1), number(query, "PageSize", MAX_SIZE));
  }

  /** Of {@code all} those that stand on it. */
  <T> List<T> of(List<T> all) {
    return all.stream().skip((number - 1L) * size).limit(size).toList();
  }

  /** An answer that starts with this page's numbers. */
  ObjectNode answer(String requestId, int totalCount) {
    return Json.object()
        .put("RequestId", requestId)
        .put("PageNumber", number)
        .put("PageSize", size)
        .put("TotalCount", totalCount);
  }

  private static int number(Query query, String name, int absent) {
    return query
        .find(name)
        .map(
            text -> {
              if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > Integer.MAX_VALUE) {
                throw refused(name, text);
              }
              return Integer.parseInt(text);
            })
        .orElse(absent);
  }

  private static ProblemException refused(String name, String text) {
    return Problem.invalid(name, text, "a whole number from 1 to " + Integer.MAX_VALUE).exception();
  }
}
