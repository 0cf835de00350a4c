package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first six are captures from deployed HTTP APIs. */
class GatewayPathTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/space%20value    | /v1/space value",
        "/v1/slash%2Fvalue    | /v1/slash/value",
        "/v1/literal%252Fvalue| /v1/literal/value",
        "/v1/question%3Fvalue | /v1/question",
        "/v1/a%3Ab            | /v1/a:b",
        "/v1/a:b              | /v1/a:b",
        "/v1/a+b              | /v1/a+b",
        "/v1/a%2Bb            | /v1/a+b",
        "/v1/%E5%92%8C        | /v1/和",
        "/v1/literal%253Fvalue| /v1/literal?value",
        "/v1//x/              | /v1//x/",
        "/                    | /",
      })
  void decodes(String target, String path) {
    assertThat(GatewayPath.of(target)).contains(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/percent%25done",
        "/v1/stray%",
        "/v1/stray%2",
        "/v1/stray%zz",
        "/v1/stray%-1",
        "/v1/stray% 1",
        "/v1/twice%25zz",
        "/v1/nul%00",
        "/v1/nul%2500",
        "/v1/cut%C3",
        "/v1/overlong%C0%AF",
        "/v1/surrogate%ED%A0%80",
        "/v1/none%FF",
      })
  void refuses(String target) {
    assertThat(GatewayPath.of(target)).isEmpty();
  }
}
