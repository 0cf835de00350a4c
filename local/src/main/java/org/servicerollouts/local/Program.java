package org.servicerollouts.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogManager;

/**
 * A command of this module while it runs: whatever ends it, what it opened is closed, and it ends
 * with its own exit code. It must end by code, because DynamoDB Local leaves threads behind that
 * would keep the process up.
 */
public final class Program {
  /** Of a command that could not be done. */
  private static final int REFUSED = 2;

  private final AtomicInteger exitCode;
  private final Closer closer = new Closer();

  private Program(int codeWhenStopped) {
    this.exitCode = new AtomicInteger(codeWhenStopped);
  }

  /** What a command does. */
  @FunctionalInterface
  public interface Command {

    /**
     * Runs it.
     *
     * @return the exit code
     */
    int run(Program program) throws InterruptedException;
  }

  /**
   * Runs {@code command} and ends the process; never returns.
   *
   * @param codeWhenStopped the exit code where Ctrl-C or SIGTERM ends it
   */
  public static void run(int codeWhenStopped, Command command) {
    configureLogs();
    Program program = new Program(codeWhenStopped);
    Runtime.getRuntime().addShutdownHook(new Thread(program::stop, "stop"));
    program.exitCode.set(program.runToEnd(command));
    System.exit(program.exitCode.get());
  }

  /** Has {@code opened} closed at the end, the last one first. */
  public <T extends AutoCloseable> T closing(T opened) {
    return closer.add(opened);
  }

  private int runToEnd(Command command) {
    try {
      return command.run(this);
    } catch (Refusal e) {
      System.err.println(e.getMessage());
      return REFUSED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return REFUSED;
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return 1;
    }
  }

  /** Ctrl-C and SIGTERM come here directly, and would by themselves end with codes of their own. */
  private void stop() {
    closer.close();
    Runtime.getRuntime().halt(exitCode.get());
  }

  private static void configureLogs() {
    try (InputStream properties = Program.class.getResourceAsStream("logging.properties")) {
      LogManager.getLogManager().readConfiguration(properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
