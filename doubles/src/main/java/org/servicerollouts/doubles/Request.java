package org.servicerollouts.doubles;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An HTTP request. */
final class Request {
  private final String method;
  private final String path;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final byte[] body;

  Request(String method, String path, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.headers.putAll(headers);
    this.body = body;
  }

  String method() {
    return method;
  }

  /** Undecoded, with the query if there is one. */
  String path() {
    return path;
  }

  /** The header of this name, whatever its case. */
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  byte[] body() {
    return body;
  }
}
