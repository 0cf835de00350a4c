package org.servicerollouts.local;

import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * A request as it came over the wire.
 *
 * @param path the path of the request line, nothing decoded
 * @param query what follows its question mark, empty where there is none
 * @param headers in the order sent, names as sent
 */
record GatewayRequest(
    String method,
    String path,
    String query,
    String protocol,
    String sourceIp,
    List<Map.Entry<String, String>> headers,
    InputStream body) {

  GatewayRequest {
    headers = List.copyOf(headers);
  }
}
