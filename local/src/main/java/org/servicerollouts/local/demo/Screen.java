package org.servicerollouts.local.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Where a story is told. What changes is redrawn in place on a terminal, and is a new line anywhere
 * else.
 */
final class Screen {
  private static final int BAR_WIDTH = 20;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final String full;
  private final String empty;
  private String live = "";

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    boolean blocks = out.charset().newEncoder().canEncode('█');
    this.full = blocks ? "█" : "#";
    this.empty = blocks ? "░" : ".";
  }

  static Screen system() {
    return new Screen(
        System.out, Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
  }

  void title(String text) {
    line("");
    line(text);
  }

  void line(String text) {
    endLive();
    out.println(text);
  }

  /**
   * Shows the state of something that changes.
   *
   * @param state what a new line is worth
   * @param ticking what is only worth showing where it can be redrawn
   */
  void live(String state, String ticking) {
    if (terminal) {
      out.print(CLEAR_LINE + state + ticking);
      out.flush();
      live = state;
    } else if (!state.equals(live)) {
      out.println(state);
      live = state;
    }
  }

  /** What was live stands as it is now. */
  void endLive() {
    if (terminal && !live.isEmpty()) {
      out.println();
    }
    live = "";
  }

  /** A progress bar. */
  String bar(long done, long total) {
    int filled = total == 0 ? 0 : Math.toIntExact(done * BAR_WIDTH / total);
    return full.repeat(filled) + empty.repeat(BAR_WIDTH - filled);
  }
}
