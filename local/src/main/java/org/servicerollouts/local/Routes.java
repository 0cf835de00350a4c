package org.servicerollouts.local;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which function an HTTP API's route hands a request to. Of the routes that fit the most specific
 * wins.
 */
public final class Routes {

  /** The function of the {@code $default} route. */
  public static final String DEFAULT_FUNCTION = "manage-services";

  /** Every route but {@code $default}. */
  public static final List<Route> ALL =
      List.of(
          new Route("POST", "/v1/services/{service}/rollouts", "create-rollout"),
          new Route("POST", "/v1/services/{service}/rollouts/{rollout}", "steer-rollout"),
          new Route("GET", "/v1/services/{service}/rollouts", "list-rollouts"),
          new Route("GET", "/v1/services/{service}/rollouts/{rollout}", "get-rollout"),
          new Route("GET", "/v1/services/{service}/rollouts/{rollout}/events", "list-rollouts"),
          new Route("GET", "/v1/services/{service}/events", "list-rollouts"),
          new Route("GET", "/v1/services/{service}/allocation", "get-rollout"),
          new Route("GET", "/v1/operations/{operation}", "get-operation"),
          new Route("GET", "/v1/operations", "get-operation"),
          new Route("POST", "/api/v2/services/{cluster}/{service}/rollout", "create-rollout"),
          new Route("GET", "/api/v2/services/{cluster}/{service}/rollout", "get-rollout"),
          // Without the authorizer that $default may have: these calls are signed otherwise
          new Route("ANY", "/api/{proxy+}", "manage-services"));

  private static final String ANY = "ANY";
  private static final Match DEFAULT = new Match("$default", DEFAULT_FUNCTION, Map.of());

  private Routes() {}

  /**
   * One route.
   *
   * @param method ANY stands for every one
   * @param path segments, of which those in braces stand for any one segment; with a plus, the last
   *     for all that are left
   * @param function the name of the function's module
   */
  public record Route(String method, String path, String function) {

    /** The route key as API Gateway writes it. */
    public String key() {
      return method + " " + path;
    }

    private Optional<Match> match(String method, String path) {
      List<String> pattern = segments(this.path);
      List<String> actual = isGreedy() ? List.of(path.split("/", pattern.size())) : segments(path);
      if (!(this.method.equals(ANY) || this.method.equals(method))
          || pattern.size() != actual.size()) {
        return Optional.empty();
      }
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int i = 0; i < pattern.size(); i++) {
        if (isVariable(pattern.get(i)) && !actual.get(i).isEmpty()) {
          parameters.put(pattern.get(i).replaceAll("[{+}]", ""), actual.get(i));
        } else if (!pattern.get(i).equals(actual.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(new Match(key(), function, parameters));
    }

    private boolean isGreedy() {
      return path.endsWith("+}");
    }

    private static List<String> segments(String path) {
      return List.of(path.split("/", -1));
    }

    private static boolean isVariable(String segment) {
      return segment.startsWith("{") && segment.endsWith("}");
    }
  }

  /**
   * Where a request goes.
   *
   * @param parameters what stood in the place of the route's variables
   */
  public record Match(String routeKey, String function, Map<String, String> parameters) {
    public Match {
      parameters = Map.copyOf(parameters);
    }
  }

  /** Where a request for {@code path}, as the gateway has decoded it, goes. */
  public static Match match(String method, String path) {
    return ALL.stream()
        .sorted(Comparator.comparing(Route::isGreedy))
        .flatMap(route -> route.match(method, path).stream())
        .findFirst()
        .orElse(DEFAULT);
  }
}
