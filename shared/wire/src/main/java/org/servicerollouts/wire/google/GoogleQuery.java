package org.servicerollouts.wire.google;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Query;

/** The query parameters of Google's methods: the standard ones, and each method's own. */
public final class GoogleQuery {

  /**
   * Those of every method (the discovery document's "parameters", and {@code $alt} from Google's
   * REST clients).
   */
  private static final Set<String> STANDARD =
      Set.of(
          "$.xgafv",
          "$alt",
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

  private static final String JSON = "json";

  private GoogleQuery() {}

  /**
   * Refuses what {@code call} does not take, and what would ask for another answer than JSON in
   * full.
   *
   * @throws ProblemException for a parameter that is unknown, in Google's words, or has a value
   *     that is not served
   */
  public static void check(Call.Google call, Query query) {
    Set<String> own = Set.copyOf(own(call));
    for (Map.Entry<String, String> parameter : query.values().entrySet()) {
      String name = parameter.getKey();
      if (!own.contains(name) && !STANDARD.contains(name)) {
        throw unknown(name);
      }
    }
    query.find("alt").filter(alt -> !alt.equals(JSON)).ifPresent(alt -> refuse("alt", alt, JSON));
    // Google's REST clients ask for enums by number, and read names as well.
    query
        .find("$alt")
        .filter(alt -> !alt.equals(JSON) && !alt.equals("json;enum-encoding=int"))
        .ifPresent(alt -> refuse("$alt", alt, "json or json;enum-encoding=int"));
    query
        .find("fields")
        .ifPresent(fields -> refuse("fields", fields, "none: resources are answered whole"));
    query
        .find("callback")
        .ifPresent(callback -> refuse("callback", callback, "none: answers are plain JSON"));
    bool(query, "prettyPrint");
    bool(query, "force");
  }

  /**
   * Whether the answer is indented: unless {@code rawQuery} says {@code prettyPrint=false},
   * whatever else it says.
   */
  public static boolean isPretty(String rawQuery) {
    return Stream.of(rawQuery.split("&", -1)).noneMatch(NOT_PRETTY::contains);
  }

  private static final Set<String> NOT_PRETTY = Set.of("prettyPrint=false", "prettyPrint=0");
  private static final List<String> TRUE = List.of("true", "1");
  private static final List<String> FALSE = List.of("false", "0");

  private static List<String> own(Call.Google call) {
    return switch (call) {
      case Call.CreateService c -> List.of();
      case Call.GetService c -> List.of();
      case Call.CreateConfig c -> List.of();
      case Call.GetConfig c -> List.of("view");
      case Call.ListConfigs c -> List.of("pageSize", "pageToken");
      // gcloud's own client can send force, which skips checks that Google makes and this product
      // does not.
      case Call.CreateRollout c -> List.of("force");
      case Call.GetRollout c -> List.of();
      case Call.ListRollouts c -> List.of("filter", "pageSize", "pageToken");
      case Call.GetOperation c -> List.of();
    };
  }

  private static void bool(Query query, String name) {
    query
        .find(name)
        .filter(value -> !TRUE.contains(value) && !FALSE.contains(value))
        .ifPresent(value -> refuse(name, value, "true or false"));
  }

  private static void refuse(String name, String value, String expectation) {
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
