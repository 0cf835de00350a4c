package org.servicerollouts.doubles;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One API on a port of 127.0.0.1, with what all doubles have: the list of calls and the faults. It
 * refuses {@link ForeignRequests} before it reads or counts anything.
 */
final class HttpDouble implements AutoCloseable {
  private static final int CALLS_LISTED = 10_000;

  /** Nothing that these APIs take is larger; the rest of a body is not read. */
  private static final int LARGEST_BODY = 256 * 1024;

  private static final byte[] LOCALHOST = {127, 0, 0, 1};

  private final Api api;
  private final InstantSource clock;
  private final Rate rate;
  private final HttpServer server;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Faults faults = new Faults();
  private final CallLog calls = new CallLog(CALLS_LISTED);

  private HttpDouble(Api api, InstantSource clock, Rate rate, HttpServer server) {
    this.api = api;
    this.clock = clock;
    this.rate = rate;
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 takes a free one
   * @param callsASecond above that, calls are throttled
   * @throws IOException if the port cannot be had
   */
  static HttpDouble start(int port, Api api, int callsASecond, InstantSource clock)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOCALHOST), port), 0);
    HttpDouble started = new HttpDouble(api, clock, new Rate(callsASecond), server);
    server.setExecutor(started.requests);
    server.createContext("/", started::handle);
    server.start();
    return started;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Faults faults() {
    return faults;
  }

  Rate rate() {
    return rate;
  }

  /** The newest 10,000, the oldest first. */
  List<Call> calls() {
    return calls.calls();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<String> refusal = refusal(exchange);
      if (refusal.isPresent()) {
        refuse(refusal.get(), exchange);
        return;
      }
      Api.Asked asked = api.asked(read(exchange));
      Call call = new Call(clock.instant(), asked.operation(), asked.resource());
      calls.add(call);
      switch (faults.of(call).orElse(null)) {
        case THROTTLED -> write(asked.refused(api.throttled()), exchange);
        case BROKEN -> write(asked.refused(api.broken()), exchange);
        case DROPPED -> {}
        case DONE_BUT_SILENT -> {
          reply(asked, call);
          closed.await();
        }
        case null -> write(reply(asked, call), exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> refusal(HttpExchange exchange) {
    return ForeignRequests.refusal(
        exchange.getLocalAddress().getPort(),
        Optional.ofNullable(exchange.getRequestURI().getRawAuthority()),
        name -> exchange.getRequestHeaders().getOrDefault(name, List.of()));
  }

  private static void refuse(String line, HttpExchange exchange) throws IOException {
    byte[] body = line.getBytes(StandardCharsets.US_ASCII);
    write(new Reply(403, Map.of("Content-Type", "text/plain"), body), exchange);
    // Without this the answer waits for the rest of the request's body.
    exchange.getResponseBody().flush();
  }

  private Reply reply(Api.Asked asked, Call call) {
    try {
      if (!rate.takes(call.at())) {
        throw api.throttled();
      }
      return asked.done();
    } catch (Refusal e) {
      return asked.refused(e);
    }
  }

  private static Request read(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    return new Request(
        exchange.getRequestMethod(),
        target(exchange.getRequestURI()),
        headers,
        exchange.getRequestBody().readNBytes(LARGEST_BODY));
  }

  /** Path and query; a request line may have the server's address before them. */
  private static String target(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static void write(Reply reply, HttpExchange exchange) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
    // -1 is how this server is told that there is no body
    exchange.sendResponseHeaders(
        reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    exchange.getResponseBody().write(reply.body());
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    requests.close();
  }
}
