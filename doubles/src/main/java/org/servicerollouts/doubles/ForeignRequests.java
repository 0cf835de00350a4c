package org.servicerollouts.doubles;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells which requests a server on 127.0.0.1 refuses because a web page may have sent them. Any
 * page can send requests to this machine, and a page whose name is made to point to 127.0.0.1 (DNS
 * rebinding) can read the answers, too.
 */
public final class ForeignRequests {
  private static final List<String> NAMES = List.of("127.0.0.1", "localhost", "[::1]");
  private static final List<String> OWN_FETCHES = List.of("same-origin", "none");
  private static final int PORT_OF_HTTP = 80;
  private static final Pattern ECHOED = Pattern.compile("[ -~&&[^\"\\\\]]{0,100}");

  private ForeignRequests() {}

  /**
   * Why a request is refused, in one line of printable ASCII; empty if it is not.
   *
   * @param port where the server listens
   * @param authority that of the request line, where it has one
   * @param headers gives the values of the header of a name, one for each time that it was sent
   */
  public static Optional<String> refusal(
      int port, Optional<String> authority, Function<String, List<String>> headers) {
    List<String> addresses = addresses("", port);
    List<String> hosts = headers.apply("Host");
    if (hosts.isEmpty()) {
      return Optional.of(line("Host", "none given", addresses));
    }
    return refusal("Host", hosts, addresses)
        .or(() -> refusal("Authority", authority.stream().toList(), addresses))
        .or(() -> refusal("Origin", headers.apply("Origin"), addresses("http://", port)))
        .or(() -> refusal("Sec-Fetch-Site", headers.apply("Sec-Fetch-Site"), OWN_FETCHES));
  }

  private static List<String> addresses(String scheme, int port) {
    Stream<String> withPort = NAMES.stream().map(name -> scheme + name + ":" + port);
    Stream<String> withoutPort = NAMES.stream().map(name -> scheme + name);
    return Stream.concat(withPort, port == PORT_OF_HTTP ? withoutPort : Stream.empty()).toList();
  }

  private static Optional<String> refusal(String name, List<String> values, List<String> own) {
    if (values.size() > 1) {
      return Optional.of(line(name, values.size() + " given", own));
    }
    return values.stream()
        .filter(value -> !own.contains(value.toLowerCase(Locale.ROOT)))
        .map(value -> line(name, echo(value), own))
        .findFirst();
  }

  private static String echo(String value) {
    return ECHOED.matcher(value).matches() ? "\"" + value + "\"" : value.length() + " characters";
  }

  private static String line(String name, String given, List<String> own) {
    String first = String.join(", ", own.subList(0, own.size() - 1));
    return name + ": " + given + " (expected: " + first + " or " + own.getLast() + ")";
  }
}
