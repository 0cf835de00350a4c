package org.servicerollouts.wire.google;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Misfits;
import org.servicerollouts.wire.Query;

/** The query parameters of Google's methods: the standard ones, and each method's own. */
public final class GoogleQuery {

  /**
   * Those of every method (the discovery document's "parameters"); each may also be spelled with a
   * {@code $} before it, as Google's REST clients spell {@code $alt}, and must be where a method
   * has a parameter of its own by that name.
   */
  private static final List<String> STANDARD =
      List.of(
          ".xgafv",
          "access_token",
          "alt",
          "callback",
          "fields",
          "key",
          "oauth_token",
          "prettyPrint",
          "quotaUser",
          "uploadType",
          "upload_protocol");

  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  private GoogleQuery() {}

  /**
   * The parameters of {@code call} in {@code query}, by the names that Google documents, whatever
   * of the spellings was used that Google takes.
   *
   * @throws ProblemException for a parameter that is unknown, in Google's words, or has a value
   *     that is not served
   */
  public static Query of(Call.Google call, Query query) {
    List<String> own = GoogleMethod.of(call).parameters();
    Map<String, String> named = new LinkedHashMap<>();
    query
        .values()
        .forEach(
            (name, value) -> {
              String documented = documented(name, own);
              if (named.putIfAbsent(documented, value) != null) {
                throw Misfits.givenTwice(documented, List.of(documented, name)).exception();
              }
            });
    Query documented = new Query(named);
    refuseUnless(documented, ".xgafv", List.of("1", "2"), "1 or 2");
    Stream.of("prettyPrint", "force", "returnPartialSuccess")
        .forEach(name -> refuseUnless(documented, name, BOOLEANS, "true or false"));
    refuse(documented, "callback", "none: answers are plain JSON");
    refuse(documented, "consumerId", "none: services here have no consumers");
    documented
        .find("returnPartialSuccess")
        .filter(TRUE::contains)
        .ifPresent(value -> throwInvalid("returnPartialSuccess", value, "false"));
    return documented;
  }

  /**
   * Whether the answer is indented: unless {@code rawQuery} says {@code prettyPrint=false},
   * whatever else it says.
   */
  public static boolean isPretty(String rawQuery) {
    return Stream.of(rawQuery.split("&", -1)).noneMatch(NOT_PRETTY::contains);
  }

  private static final List<String> NOT_PRETTY =
      List.of("prettyPrint=false", "prettyPrint=0", "$prettyPrint=false", "$prettyPrint=0");
  private static final List<String> TRUE = List.of("true", "1");
  private static final List<String> BOOLEANS = List.of("true", "1", "false", "0");

  private static String documented(String given, List<String> own) {
    String camel = UNDERSCORE.matcher(given).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
    String standard = given.startsWith("$") ? given.substring(1) : given;
    if (own.contains(camel)) {
      return camel;
    }
    if (STANDARD.contains(standard)) {
      return own.contains(standard) ? given : standard;
    }
    throw unknown(given);
  }

  private static void refuseUnless(
      Query query, String name, List<String> values, String expectation) {
    query
        .find(name)
        .filter(value -> !values.contains(value))
        .ifPresent(value -> throwInvalid(name, value, expectation));
  }

  private static void refuse(Query query, String name, String expectation) {
    query.find(name).ifPresent(value -> throwInvalid(name, value, expectation));
  }

  private static void throwInvalid(String name, String value, String expectation) {
    throw Problem.invalid(name, value, expectation).exception();
  }

  private static ProblemException unknown(String name) {
    String shown = Printable.of(name);
    return new Problem(
            Problem.Kind.UNKNOWN_FIELD,
            "Invalid JSON payload received. Unknown name \""
                + shown
                + "\": Cannot bind query parameter. Field '"
                + shown
                + "' could not be found in request message.",
            Optional.of(shown))
        .exception();
  }
}
