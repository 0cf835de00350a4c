package org.servicerollouts.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * What {@code serve} was asked for.
 *
 * @param port 0 takes a free one
 * @param data the folder of the table; empty: a temporary one
 */
record Arguments(int port, Optional<Path> data) {
  static final String USAGE = "usage: ./rollouts serve [--port N] [--data DIR]";

  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_PORT = 65_535;

  /**
   * Reads them.
   *
   * @throws Refusal for anything that {@link #USAGE} does not name
   */
  static Arguments parse(String... args) {
    Arguments parsed = new Arguments(DEFAULT_PORT, Optional.empty());
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      parsed =
          switch (name) {
            case "--port" -> new Arguments(port(valueOf(name, rest)), parsed.data);
            case "--data" -> new Arguments(parsed.port, Optional.of(folder(valueOf(name, rest))));
            default -> throw new Refusal(name + ": unknown (" + USAGE + ")");
          };
    }
    return parsed;
  }

  private static String valueOf(String name, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new Refusal(name + ": missing its value (" + USAGE + ")");
    }
    return rest.next();
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, as any other number is
    }
    throw new Refusal("--port: " + text + " (expected: 0 to " + MAX_PORT + "; " + USAGE + ")");
  }

  private static Path folder(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Refusal("--data: " + text + " (expected: a folder; " + USAGE + ")");
    }
  }
}
