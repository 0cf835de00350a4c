package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.wire.Json;

/** What of sources does not reach a config is told with its path. */
class UnconvertedTest {

  private static List<Diagnostic> diagnostics(String path, String type, String contents) {
    ObjectNode source = Json.object();
    file(source, path, type, contents);
    return ConfigSources.service(source).diagnostics();
  }

  private static void file(ObjectNode source, String path, String type, String contents) {
    source
        .withArray("files")
        .addObject()
        .put("filePath", path)
        .put("fileType", type)
        .put(
            "fileContents",
            Base64.getEncoder().encodeToString(contents.getBytes(StandardCharsets.UTF_8)));
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
    assertThat(told)
        .extracting(Diagnostic::location)
        .containsExactly(
            "o.yaml: paths[\"/a\"].post.security",
            "o.yaml: securityDefinitions.jwt",
            "o.yaml: x-google-allow",
            "o.yaml: x-google-backend",
            "o.yaml: paths[\"/a\"].post.x-google-quota",
            "o.yaml: x-google-strange");
    assertThat(told.getFirst().message())
        .isEqualTo(
            "not converted: the config has no rule for it, so that a proxy lets every caller in");
  }

  @Test
  void ofAPlainDocumentNothingIsTold() {
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
        .isEmpty();
  }

  @Test
  void aServiceConfigThatNamesAnApiAloneLacksItsMethods() {
    assertThat(
            diagnostics("s.yaml", "SERVICE_CONFIG_YAML", "name: a.b\napis: [{name: a.v1.Books}]\n"))
        .containsExactly(
            new Diagnostic("s.yaml: apis[0]", "not converted: the config has none of its methods"));
  }

  @Test
  void aDescriptorSetIsNotRead() {
    ObjectNode source = Json.object();
    file(source, "s.yaml", "SERVICE_CONFIG_YAML", "name: a.b\n");
    file(source, "d.pb", "FILE_DESCRIPTOR_SET_PROTO", "\n\0");
    assertThat(ConfigSources.service(source).diagnostics())
        .containsExactly(
            new Diagnostic("d.pb", "not converted: the config has none of its methods"));
  }

  @Test
  void thoseBeyondTheMostAreCounted() {
    String extensions =
        IntStream.rangeClosed(1, Unconverted.MAX_TOLD + 2)
            .mapToObj(i -> "x-google-m" + i + ": 1\n")
            .collect(Collectors.joining());
    List<Diagnostic> told =
        diagnostics(
            "o.yaml",
            "OPEN_API_YAML",
            """
            swagger: "2.0"
            info: {title: E, version: 1.0.0}
            host: sec.example.com
            security: [{jwt: []}]
            """
                + extensions);
    assertThat(told).hasSize(Unconverted.MAX_TOLD + 1);
    assertThat(told.getFirst().location()).isEqualTo("o.yaml: security");
    assertThat(told.getLast().message()).isEqualTo("not converted: 3 more members");
  }
}
