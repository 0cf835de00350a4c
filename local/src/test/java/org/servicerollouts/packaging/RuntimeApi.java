package org.servicerollouts.packaging;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Lambda's Runtime API, from which a runtime fetches events and to which it gives answers. */
final class RuntimeApi implements AutoCloseable {
  private static final String RUNTIME = "/2018-06-01/runtime";
  private static final Duration TIMEOUT = Duration.ofSeconds(29);

  private final HttpServer server;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /**
   * @param failed whether it tells of an error
   */
  record Answer(String body, boolean failed) {}

  RuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // A thread each, since one of them waits for the next event
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(RUNTIME + "/invocation/next", this::next);
    server.createContext(RUNTIME + "/invocation/", this::answered);
    server.createContext(RUNTIME + "/init/error", this::failed);
    // Answered once a snapshot is restored: at once
    server.createContext(RUNTIME + "/restore/next", exchange -> respond(exchange, 200, ""));
    server.createContext(RUNTIME + "/restore/error", this::failed);
    server.start();
  }

  String address() {
    return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  void send(String event) {
    events.add(event);
  }

  /** What the runtime has answered, if it comes within {@code wait}. */
  Optional<Answer> answer(Duration wait) throws InterruptedException {
    return Optional.ofNullable(answers.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void next(HttpExchange exchange) throws IOException {
    String event;
    try {
      event = events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.add("Content-Type", "application/json");
    headers.add("Lambda-Runtime-Aws-Request-Id", UUID.randomUUID().toString());
    headers.add(
        "Lambda-Runtime-Deadline-Ms", Long.toString(Instant.now().plus(TIMEOUT).toEpochMilli()));
    headers.add(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:eu-west-1:123456789012:function:packaged:live");
    respond(exchange, 200, event);
  }

  private void answered(HttpExchange exchange) throws IOException {
    answer(exchange, exchange.getRequestURI().getPath().endsWith("/error"));
  }

  private void failed(HttpExchange exchange) throws IOException {
    answer(exchange, true);
  }

  private void answer(HttpExchange exchange, boolean failed) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    respond(exchange, 202, "{\"status\": \"OK\"}");
    answers.add(new Answer(body, failed));
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
