package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.problem;

import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ServiceName;

class CallTest {

  @Test
  void knowsEveryCallOfGoogle() {
    assertThat(Call.of("POST", "/v1/services")).isEqualTo(new Call.CreateService());
    String service = "/v1/services/endpointsapis.appspot.com";
    assertThat(Call.of("GET", "/v1/services")).isEqualTo(new Call.ListServices());
    assertThat(Call.of("POST", "/v1/services:generateConfigReport"))
        .isEqualTo(new Call.GenerateConfigReport());
    assertThat(Call.of("GET", service)).isEqualTo(new Call.GetService(ENDPOINTS));
    assertThat(Call.of("DELETE", service)).isEqualTo(new Call.DeleteService(ENDPOINTS));
    assertThat(Call.of("POST", service + ":undelete"))
        .isEqualTo(new Call.UndeleteService(ENDPOINTS));
    assertThat(Call.of("GET", service + "/config")).isEqualTo(new Call.GetCurrentConfig(ENDPOINTS));
    assertThat(Call.of("POST", service + "/configs:submit"))
        .isEqualTo(new Call.SubmitConfigSource(ENDPOINTS));
    assertThat(Call.of("GET", "/v1/operations")).isEqualTo(new Call.ListOperations());
    assertThat(Call.of("POST", service + "/configs")).isEqualTo(new Call.CreateConfig(ENDPOINTS));
    assertThat(Call.of("GET", service + "/configs")).isEqualTo(new Call.ListConfigs(ENDPOINTS));
    assertThat(Call.of("GET", service + "/configs/new"))
        .isEqualTo(new Call.GetConfig(ENDPOINTS, "new"));
    assertThat(Call.of("POST", service + "/rollouts")).isEqualTo(new Call.CreateRollout(ENDPOINTS));
    assertThat(Call.of("POST", service + "/rollouts:preview"))
        .isEqualTo(new Call.PreviewRollout(ENDPOINTS));
    assertThat(Call.of("PATCH", service)).isEqualTo(new Call.UpdateService(ENDPOINTS));
    assertThat(Call.of("GET", service + "/rollouts")).isEqualTo(new Call.ListRollouts(ENDPOINTS));
    assertThat(Call.of("GET", service + "/rollouts/2026-05-08r0"))
        .isEqualTo(new Call.GetRollout(ENDPOINTS, "2026-05-08r0"));
    assertThat(Call.of("GET", service + "/rollouts/2026-05-08r0/events"))
        .isEqualTo(new Call.ListRolloutEvents(ENDPOINTS, "2026-05-08r0"));
    assertThat(Call.of("GET", service + "/events"))
        .isEqualTo(new Call.ListServiceEvents(ENDPOINTS));
    assertThat(Call.of("GET", service + "/allocation"))
        .isEqualTo(new Call.GetAllocation(ENDPOINTS));
    assertThat(Call.of("GET", "/v1/operations/rollouts.endpointsapis.appspot.com:canary-rollout"))
        .isEqualTo(new Call.GetOperation(new OperationName.OfRollout(ENDPOINTS, "canary-rollout")));
  }

  @ParameterizedTest
  @EnumSource(Event.Verb.class)
  void knowsEveryVerb(Event.Verb verb) {
    String path = "/v1/services/endpointsapis.appspot.com/rollouts/r.1:";
    assertThat(Call.of("POST", path + verb.name().toLowerCase(Locale.ROOT)))
        .isEqualTo(new Call.SteerRollout(ENDPOINTS, "r.1", verb));
    assertThat(Call.of("POST", path + verb)).isInstanceOf(Call.Unknown.class);
  }

  @Test
  void knowsEveryCallOfEas() {
    assertThat(Call.of("POST", "/api/v2/services")).isEqualTo(new Call.EasCreateService());
    String service = "/api/v2/services/cn-shanghai/foo";
    assertThat(Call.of("GET", service)).isEqualTo(new Call.EasGetService(FOO));
    assertThat(Call.of("PUT", service)).isEqualTo(new Call.EasUpdateService(FOO));
    assertThat(Call.of("GET", "/api/v2/services")).isEqualTo(new Call.EasListServices());
    assertThat(Call.of("DELETE", service)).isEqualTo(new Call.EasDeleteService(FOO));
    assertThat(Call.of("GET", service + "/versions")).isEqualTo(new Call.EasListVersions(FOO));
    assertThat(Call.of("PUT", service + "/version")).isEqualTo(new Call.EasUpdateVersion(FOO));
    assertThat(Call.of("PUT", service + "/rollout")).isEqualTo(new Call.EasUpdateRollout(FOO));
    assertThat(Call.of("DELETE", service + "/rollout")).isEqualTo(new Call.EasDeleteRollout(FOO));
    assertThat(Call.of("PUT", service + "/scale")).isEqualTo(new Call.EasScaleService(FOO));
    assertThat(Call.of("POST", service + "/rollout")).isEqualTo(new Call.EasCreateRollout(FOO));
    assertThat(Call.of("GET", service + "/rollout")).isEqualTo(new Call.EasGetRollout(FOO));
  }

  @Test
  void aNameIsNeverTakenForAWordOfThePath() {
    assertThat(Call.of("GET", "/v1/services/rollouts/configs/configs"))
        .isEqualTo(new Call.GetConfig(new ServiceName("rollouts"), "configs"));
    assertThat(Call.of("GET", "/api/v2/services/scale/rollout/rollout"))
        .isEqualTo(new Call.EasGetRollout(new ServiceName("rollout.scale")));
  }

  @Test
  void answersForHealth() {
    assertThat(Call.of("GET", "/healthz")).isEqualTo(new Call.Health());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "/v1",
        "/v1/",
        "/v1/services/",
        "/v1/services/a/b/rollouts",
        "/v1/services/a/rollouts/r1/",
        "/v1/services/a/rollouts/r1/events",
        "/v1/services/a/rollouts/r1/events/",
        "/v1/services/a/events",
        "/v1/services/a/events/1",
        "/v1/services/a/rollouts/r1:stop",
        "/v2/services",
        "/api/v2",
        "/api/v2/services/",
        "/api/v2/services/cn-shanghai",
        "/api/v2/services/cn-shanghai/foo/",
        "/api/v2/services/cn-shanghai/foo/release",
        "/api/v2/services/cn-shanghai/foo/rollout/r",
        "/healthz/",
      })
  void whatNobodyServesIsUnknown(String path) {
    assertThat(Call.of("POST", path)).isEqualTo(new Call.Unknown("POST", path));
  }

  @Test
  void aMethodThatAPathDoesNotTakeIsUnknown() {
    assertThat(Call.of("DELETE", "/v1/services/a/rollouts/r")).isInstanceOf(Call.Unknown.class);
    assertThat(Call.of("get", "/v1/services/a")).isInstanceOf(Call.Unknown.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH|/api/v2/services|GET, POST",
        "POST|/api/v2/services/cn-shanghai/foo|GET, PUT, DELETE",
        "get|/api/v2/services/cn-shanghai/foo|GET, PUT, DELETE",
        "GET|/api/v2/services/cn-shanghai/foo/scale|PUT",
        "PUT|/api/v2/services/cn-shanghai/foo/versions|GET",
        "GET|/api/v2/services/cn-shanghai/foo/version|PUT",
        "HEAD|/api/v2/services/cn-shanghai/foo/rollout|GET, POST, PUT, DELETE",
      })
  void aMethodThatAPathOfEasDoesNotTakeIsNotAllowed(String method, String path, String others) {
    Problem problem = problem(() -> Call.of(method, path));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.METHOD_NOT_ALLOWED);
    assertThat(problem.message())
        .isEqualTo("Method not allowed: " + method + " " + path + " (expected: " + others + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/services/UPPER/rollouts,Service 'UPPER' not found or permission denied.",
    "/v1/services//rollouts,Service '' not found or permission denied.",
    "'/v1/services/a b/rollouts',Service 'a b' not found or permission denied.",
    "/v1/services/a..b,Service 'a..b' not found or permission denied.",
    "/v1/services/ä,Service 'ä' not found or permission denied.",
    "/api/v2/services/cn-shanghai/FOO/rollout,Service 'FOO.cn-shanghai' not found or permission"
        + " denied.",
    "/api/v2/services/b.c/a/rollout,Service 'a.b.c' not found or permission denied.",
    "/api/v2/services//foo/rollout,Service 'foo.' not found or permission denied.",
  })
  void aServiceThatCannotBeIsNotFound(String path, String message) {
    Problem problem = problem(() -> Call.of("GET", path));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.SERVICE_NOT_FOUND);
    assertThat(problem.message()).isEqualTo(message);
  }

  @Test
  void controlCharactersAreShownAsTheirNumbers() {
    Problem problem = problem(() -> Call.of("GET", "/v1/services/a\u0000\u001b[31m\n/configs"));
    assertThat(problem.message())
        .isEqualTo("Service 'a\\u0000\\u001b[31m\\u000a' not found or permission denied.");
  }

  @Test
  void aLongNameIsCut() {
    Problem problem = problem(() -> Call.of("GET", "/v1/services/" + "x".repeat(9000)));
    assertThat(problem.message()).hasSizeLessThan(400).contains("x…'");
  }

  @Test
  void idsThatCannotBeAreNotFound() {
    assertThat(problem(() -> Call.of("GET", "/v1/services/a/configs/X")).kind())
        .isEqualTo(Problem.Kind.CONFIG_NOT_FOUND);
    assertThat(problem(() -> Call.of("GET", "/v1/services/a/rollouts/" + "x".repeat(64))).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
    assertThat(problem(() -> Call.of("GET", "/v1/operations/")).kind())
        .isEqualTo(Problem.Kind.OPERATION_NOT_FOUND);
  }

  @Test
  void thePrefixDecidesTheSurface() {
    assertThat(Call.of("GET", "/api/v9").surface()).isEqualTo(Surface.EAS);
    assertThat(Call.of("GET", "/api").surface()).isEqualTo(Surface.GOOGLE);
    assertThat(Call.of("GET", "/v1/services/a").surface()).isEqualTo(Surface.GOOGLE);
    assertThat(Call.of("POST", "/api/v2/services").surface()).isEqualTo(Surface.EAS);
    assertThat(Call.of("GET", "/healthz").surface()).isEqualTo(Surface.GOOGLE);
  }

  @Property
  void anyPathIsACallOrNotFound(@ForAll String method, @ForAll("paths") String path) {
    meetsNothingWorseThanAProblem(() -> Call.of(method, path));
    meetsNothingWorseThanAProblem(() -> Call.of("GET", path));
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> segment =
        Arbitraries.oneOf(
            Arbitraries.of(
                "v1",
                "services",
                "api",
                "v2",
                "rollouts",
                "operations",
                "a",
                "rollouts.a:b",
                "x:y",
                ""),
            Arbitraries.strings().ofMaxLength(5));
    return segment.list().ofMaxSize(8).map(segments -> "/" + String.join("/", segments));
  }
}
