package org.servicerollouts.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code serve} was asked for.
 *
 * @param port 0 takes a free one
 * @param data the folder of the table; empty: a temporary one
 * @param keys the file of the keys that callers must show one of; empty: all are let in
 * @param aws where the doubles of AWS listen
 * @param functions Lambda functions that there are
 */
record Arguments(
    int port,
    Optional<Path> data,
    Optional<Path> keys,
    AwsPorts aws,
    List<LambdaFunction> functions) {
  static final String USAGE =
      "usage: ./rollouts serve [--port N] [--data DIR] [--keys FILE] [--lambda-port N]"
          + " [--cloudwatch-port N] [--function NAME:VERSIONS]...";

  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_PORT = 65_535;

  /**
   * Where the doubles of AWS listen.
   *
   * @param lambda 0 takes a free one
   * @param cloudWatch 0 takes a free one
   */
  record AwsPorts(int lambda, int cloudWatch) {
    static final AwsPorts FREE = new AwsPorts(0, 0);
  }

  /**
   * A Lambda function whose versions 1 to {@code versions} are published, with an alias {@value
   * #ALIAS} at the first.
   */
  record LambdaFunction(String name, int versions) {
    static final String ALIAS = "live";
    private static final int MOST_VERSIONS = 1000;
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9_-]{1,64}):([0-9]{1,4})");

    static LambdaFunction of(String text) {
      Matcher parts = FORM.matcher(text);
      if (parts.matches()) {
        int versions = Integer.parseInt(parts.group(2));
        if (versions >= 1 && versions <= MOST_VERSIONS) {
          return new LambdaFunction(parts.group(1), versions);
        }
      }
      throw new Refusal(
          "--function: "
              + text
              + " (expected: NAME:VERSIONS, a name and 1 to "
              + MOST_VERSIONS
              + " versions, as in checkout:5; "
              + USAGE
              + ")");
    }
  }

  Arguments {
    functions = List.copyOf(functions);
  }

  /**
   * Reads them.
   *
   * @throws Refusal for anything that {@link #USAGE} does not name
   */
  static Arguments parse(String... args) {
    int port = DEFAULT_PORT;
    Optional<Path> data = Optional.empty();
    Optional<Path> keys = Optional.empty();
    AwsPorts aws = AwsPorts.FREE;
    List<LambdaFunction> functions = new ArrayList<>();
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      switch (name) {
        case "--port" -> port = port(name, valueOf(name, rest));
        case "--data" -> data = Optional.of(path(name, valueOf(name, rest), "folder"));
        case "--keys" -> keys = Optional.of(path(name, valueOf(name, rest), "file"));
        case "--lambda-port" ->
            aws = new AwsPorts(port(name, valueOf(name, rest)), aws.cloudWatch());
        case "--cloudwatch-port" ->
            aws = new AwsPorts(aws.lambda(), port(name, valueOf(name, rest)));
        case "--function" -> functions.add(LambdaFunction.of(valueOf(name, rest)));
        default -> throw new Refusal(name + ": unknown (" + USAGE + ")");
      }
    }
    return new Arguments(port, data, keys, aws, functions);
  }

  private static String valueOf(String name, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new Refusal(name + ": missing its value (" + USAGE + ")");
    }
    return rest.next();
  }

  private static int port(String name, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, as any other number is
    }
    throw new Refusal(name + ": " + text + " (expected: 0 to " + MAX_PORT + "; " + USAGE + ")");
  }

  private static Path path(String name, String text, String expectation) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Refusal(name + ": " + text + " (expected: a " + expectation + "; " + USAGE + ")");
    }
  }
}
