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
 * @param keys the file of the keys that callers must show one of; empty: all are let in
 */
record Arguments(int port, Optional<Path> data, Optional<Path> keys) {
  static final String USAGE = "usage: ./rollouts serve [--port N] [--data DIR] [--keys FILE]";

  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_PORT = 65_535;

  /**
   * Reads them.
   *
   * @throws Refusal for anything that {@link #USAGE} does not name
   */
  static Arguments parse(String... args) {
    Arguments parsed = new Arguments(DEFAULT_PORT, Optional.empty(), Optional.empty());
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      parsed =
          switch (name) {
            case "--port" -> new Arguments(port(valueOf(name, rest)), parsed.data, parsed.keys);
            case "--data" ->
                new Arguments(
                    parsed.port,
                    Optional.of(path(name, valueOf(name, rest), "folder")),
                    parsed.keys);
            case "--keys" ->
                new Arguments(
                    parsed.port, parsed.data, Optional.of(path(name, valueOf(name, rest), "file")));
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

  private static Path path(String name, String text, String expectation) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Refusal(name + ": " + text + " (expected: a " + expectation + "; " + USAGE + ")");
    }
  }
}
