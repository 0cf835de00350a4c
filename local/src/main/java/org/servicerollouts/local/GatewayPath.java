package org.servicerollouts.local;

import java.util.Optional;

/**
 * What an HTTP API makes of a request's path before a function sees it: it decodes the path, cuts
 * it at a question mark that this brings to light, and decodes it once more. (Captured from
 * deployed APIs: {@code literal%252Fvalue} arrives as {@code literal/value}, {@code
 * question%3Fvalue} as {@code question}, {@code percent%25done} never does.)
 */
final class GatewayPath {

  private GatewayPath() {}

  /** The path that a function is given; empty where the gateway itself answers 400. */
  static Optional<String> of(String target) {
    return Percent.decode(target)
        .map(GatewayPath::upToQuery)
        .flatMap(Percent::decode)
        .filter(path -> path.indexOf('\0') < 0);
  }

  private static String upToQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}
