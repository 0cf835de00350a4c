package org.servicerollouts.local.redrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.local.Refusal;

class RedriveArgumentsTest {

  @Test
  void readsThemInAnyOrder() {
    assertThat(RedriveArguments.parse("--stack", "s"))
        .isEqualTo(new RedriveArguments("s", Optional.empty(), false));
    RedriveArguments all = new RedriveArguments("s", Optional.of("eu-west-1"), true);
    assertThat(RedriveArguments.parse("--stack", "s", "--region", "eu-west-1", "--dry-run"))
        .isEqualTo(all);
    assertThat(RedriveArguments.parse("--dry-run", "--region", "eu-west-1", "--stack", "s"))
        .isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "--dry-run", "--stack", "--stack s --region", "--stack s x", "--stac s"})
  void refusesAllElseInOneLineWithItsUsage(String line) {
    assertThatThrownBy(() -> RedriveArguments.parse(line.split(" ")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(RedriveArguments.USAGE)
        .hasMessageNotContaining("\n");
  }
}
