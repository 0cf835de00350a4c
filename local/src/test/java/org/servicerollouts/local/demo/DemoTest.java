package org.servicerollouts.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as {@code ./rollouts demo} starts it, once all is built. */
class DemoTest {
  @TempDir private Path folder;

  @Test
  void it_plays_both_stories_within_a_minute_and_every_answer_is_right() throws Exception {
    Path screen = folder.resolve("screen");
    Process demo = start(screen);
    boolean ended = demo.waitFor(60, TimeUnit.SECONDS);
    demo.destroyForcibly();

    String shown = Files.readString(screen);
    assertThat(ended).as(shown).isTrue();
    assertThat(demo.exitValue()).as(shown).isZero();
    assertThat(shown).contains("Every answer was right");
    for (int updated = 1; updated <= 10; updated++) {
      assertThat(shown).contains(updated + "/10");
    }
    assertThat(shown).doesNotContain("wrong");
  }

  private static Process start(Path screen) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()))
        .redirectErrorStream(true)
        .redirectOutput(screen.toFile())
        .start();
  }
}
