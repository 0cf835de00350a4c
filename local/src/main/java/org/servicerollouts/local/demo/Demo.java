package org.servicerollouts.local.demo;

import java.time.Duration;
import java.time.Instant;
import org.servicerollouts.local.Program;
import org.servicerollouts.local.Refusal;
import org.servicerollouts.local.Stack;
import org.servicerollouts.local.TemporaryFolder;

/**
 * {@code ./rollouts demo}: plays both guides against a system of its own; the exit code is 0 if all
 * was right.
 */
public final class Demo {
  private static final int INTERRUPTED = 130;

  private Demo() {}

  public static void main(String[] args) {
    Program.run(INTERRUPTED, program -> play(program, args));
  }

  private static int play(Program program, String... args) throws InterruptedException {
    if (args.length > 0) {
      throw new Refusal(args[0] + ": unknown (usage: ./rollouts demo)");
    }
    Screen screen = Screen.system();
    Instant start = Instant.now();
    TemporaryFolder folder = program.closing(TemporaryFolder.create());
    Stack stack = program.closing(Stack.start(folder.path(), 0));
    screen.line("Serving on " + stack.url() + ", data in a temporary folder");

    Checks checks = new Checks(screen);
    try (Api api = new Api(stack.url())) {
      new GoogleStory(api, screen, checks).play();
      EasStory eas = new EasStory(api, screen, checks);
      eas.playBatches();
      eas.playPartition();
    } catch (WrongAnswer e) {
      checks.wrong(e.getMessage());
    }
    screen.title("The answers, beside what the guides print");
    checks.showSeeds();
    screen.title(
        checks.summary() + ", " + Duration.between(start, Instant.now()).toSeconds() + " s");
    return checks.allRight() ? 0 : 1;
  }
}
