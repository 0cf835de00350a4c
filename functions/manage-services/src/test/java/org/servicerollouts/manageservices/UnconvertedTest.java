package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.wire.Json;

/** What of sources does not reach a config is told with its path. */
class UnconvertedTest {

  private static List<Diagnostic> diagnostics(String path, String type, String contents) {
    ObjectNode source = Json.object();
    source
        .putArray("files")
        .addObject()
        .put("filePath", path)
        .put("fileType", type)
        .put(
            "fileContents",
            Base64.getEncoder().encodeToString(contents.getBytes(StandardCharsets.UTF_8)));
    return ConfigSources.service(source).diagnostics();
  }

  @Test
  void ofAnOpenApiDocumentTheMostDangerousStandsFirst() {
    List<Diagnostic> told =
        diagnostics(
            "o.yaml",
            "OPEN_API_YAML",
            """
            swagger: "2.0"
            info: {title: E, version: 1.0.0}
            host: sec.example.com
            x-google-allow: all
            x-google-backend: {address: https://x.a.run.app}
            x-google-strange: 1
            paths:
              /a:
                post:
                  operationId: a
                  x-google-quota: {metricCosts: {reads: 1}}
                  responses: {200: {description: ok}}
                  security: [{jwt: []}]
            securityDefinitions:
              jwt: {type: oauth2, flow: implicit, authorizationUrl: "", x-google-issuer: iss}
            """);
    assertThat(told).extracting(Diagnostic::location).allMatch(at -> at.startsWith("o.yaml: "));
    assertThat(told.getFirst().message())
        .isEqualTo(
            "not converted: the config has no rule for it, so that a proxy lets every caller in");
    assertThat(told)
        .extracting(Diagnostic::location)
        .contains(
            "o.yaml: securityDefinitions.jwt",
            "o.yaml: x-google-allow",
            "o.yaml: x-google-backend",
            "o.yaml: x-google-strange")
        .anyMatch(at -> at.contains("security"))
        .anyMatch(at -> at.contains("x-google-quota"));
  }

  @Test
  void ofAPlainDocumentNothingDangerousIsTold() {
    assertThat(
            diagnostics(
                "o.yaml",
                "OPEN_API_YAML",
                """
                swagger: "2.0"
                info: {title: E, version: 1.0.0}
                host: sec.example.com
                paths:
                  /a: {get: {operationId: a, responses: {200: {description: ok}}}}
                """))
        .extracting(Diagnostic::message)
        .noneMatch(message -> message.contains("lets every caller in"));
  }

  @Test
  void aServiceConfigThatNamesAnApiAloneLacksItsMethods() {
    assertThat(
            diagnostics("s.yaml", "SERVICE_CONFIG_YAML", "name: a.b\napis: [{name: a.v1.Books}]\n"))
        .containsExactly(
            new Diagnostic("s.yaml: apis[0]", "not converted: the config has none of its methods"));
  }
}
