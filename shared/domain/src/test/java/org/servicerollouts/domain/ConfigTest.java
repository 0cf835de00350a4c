package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final Instant NOW = Instant.parse("2026-05-08T16:00:00Z");

  private static Config config(String id, String title) {
    return new Config(id, 1, NOW, "alice", title, "{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "用", "🔥"})
  void aTitleIsCountedInCharacters(String character) {
    assertThat(config("a", character.repeat(500)).title()).isEqualTo(character.repeat(500));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> config("a", character.repeat(501)))
        .withMessage("title: \"501 characters\" (expected: at most 500 characters)");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void anIdThatAPathCannotHoldIsRefused(String id) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> config(id, ""))
        .withMessageStartingWith("id: \"" + id + "\" (expected: ");
  }

  @Test
  void aTitleMayBeEmpty() {
    assertThat(config("a", "").title()).isEmpty();
  }
}
