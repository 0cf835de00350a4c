package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHashTest {
  private static final String BODY = "{\"a\": [1, {\"c\": 2, \"b\": null}], \"d\": \"x\"}";

  private static String hash(String method, String path, String body) {
    return RequestHash.of(method, path, json(body));
  }

  @Test
  void isTheSha256OfMethodPathAndSortedBody() {
    // printf 'POST /v1/a:pause\n{"a":[1,{"b":null,"c":2}],"d":"x"}' | sha256sum
    assertThat(hash("POST", "/v1/a:pause", BODY))
        .isEqualTo("80640ffe763666c753171c3584093fb3c76d334b98632908f69b39b232389d71");
  }

  @Test
  void neitherOrderNorWhiteSpaceCounts() {
    assertThat(hash("POST", "/a", "{\"d\":\"x\",\"a\":[1,{\"b\":null,\"c\":2}],}"))
        .isEqualTo(hash("POST", "/a", BODY));
    assertThat(hash("POST", "/a", "")).isEqualTo(hash("POST", "/a", " {} "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PUT|/a|{\"a\": [1, 2]}",
        "POST|/b|{\"a\": [1, 2]}",
        "POST|/a|{\"a\": [2, 1]}",
        "POST|/a|{\"a\": [1, 2], \"b\": null}",
        "POST|/a|{\"a\": [1, \"2\"]}",
        "POST|/a|{\"A\": [1, 2]}",
      })
  void allElseCounts(String method, String path, String body) {
    assertThat(hash(method, path, body)).isNotEqualTo(hash("POST", "/a", "{\"a\": [1, 2]}"));
  }
}
