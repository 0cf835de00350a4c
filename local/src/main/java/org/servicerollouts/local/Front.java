package org.servicerollouts.local;

import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCompliance.Violation;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.servicerollouts.doubles.ForeignRequests;

/**
 * The HTTP server on 127.0.0.1 that hands requests to the {@link Gateway} just as they came. It
 * refuses {@link ForeignRequests} before it reads their bodies.
 */
final class Front implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** What an HTTP API takes as request line and headers together. */
  private static final int MAX_HEADERS = 10_240;

  /** Jetty would refuse these without a reason; {@link ForeignRequests} gives one. */
  private static final HttpCompliance HOSTS_AS_SENT =
      HttpCompliance.RFC7230.with(
          "HOSTS_AS_SENT", Violation.DUPLICATE_HOST_HEADERS, Violation.MISMATCHED_AUTHORITY);

  private static final long STOP_MILLIS = 5_000;

  private final Server server;
  private final ServerConnector connector;
  private final ExecutorService requests;

  private Front(Server server, ServerConnector connector, ExecutorService requests) {
    this.server = server;
    this.connector = connector;
    this.requests = requests;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 takes a free one
   */
  static Front start(int port, Gateway gateway) {
    ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setVirtualThreadsExecutor(requests);
    Server server = new Server(threads);
    ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(asSent()));
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(new Adapter(gateway)));
    server.setErrorHandler(Front::error);
    server.setStopTimeout(STOP_MILLIS);
    Front front = new Front(server, connector, requests);
    try {
      server.start();
    } catch (Exception e) {
      front.close();
      throw refused(port, e);
    }
    return front;
  }

  /** Where it listens. */
  String url() {
    return "http://" + HOST + ":" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP server did not stop", e);
    } finally {
      requests.shutdownNow();
    }
  }

  /**
   * Paths reach the gateway untouched, escapes that are none included: what is wrong with them is
   * its business.
   */
  private static HttpConfiguration asSent() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setHttpCompliance(HOSTS_AS_SENT);
    configuration.setRequestHeaderSize(MAX_HEADERS);
    configuration.setSendServerVersion(false);
    // Else a header comes as Jetty spells it, and a signature over it as it was sent is wrong.
    configuration.setHeaderCacheCaseSensitive(true);
    return configuration;
  }

  private static RuntimeException refused(int port, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new Refusal(
            "--port: " + port + " is in use on " + HOST + " (expected: a free port; 0 takes one)");
      }
    }
    return new IllegalStateException("The HTTP server did not start", e);
  }

  /** Answers what is no HTTP request at all, in the gateway's words. */
  private static boolean error(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String message = HttpStatus.getMessage(status);
    write(GatewayResponse.of(status, message), response, callback);
    return true;
  }

  private static void write(GatewayResponse answer, Response response, Callback callback) {
    response.setStatus(answer.status());
    answer.headers().forEach((name, values) -> response.getHeaders().put(name, values));
    response.write(true, answer.body(), callback);
  }

  /** Between Jetty's requests and the gateway's. */
  private static final class Adapter extends Handler.Abstract {
    private final Gateway gateway;

    Adapter(Gateway gateway) {
      this.gateway = gateway;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback)
        throws IOException {
      Optional<String> refusal = refusal(request);
      GatewayResponse answer =
          refusal.isPresent()
              ? GatewayResponse.of(HttpStatus.FORBIDDEN_403, refusal.get())
              : gateway.answer(read(request));
      write(answer, response, callback);
      return true;
    }

    private static Optional<String> refusal(Request request) {
      return ForeignRequests.refusal(
          Request.getLocalPort(request),
          Optional.ofNullable(request.getHttpURI().getAuthority()),
          name -> values(request, name));
    }

    private static List<String> values(Request request, String name) {
      return request.getHeaders().stream()
          .filter(field -> field.is(name))
          .map(Adapter::value)
          .toList();
    }

    private static GatewayRequest read(Request request) {
      List<Map.Entry<String, String>> headers =
          request.getHeaders().stream().map(Adapter::entry).toList();
      String query = request.getHttpURI().getQuery();
      return new GatewayRequest(
          request.getMethod(),
          request.getHttpURI().getPath(),
          query == null ? "" : query,
          request.getConnectionMetaData().getHttpVersion().asString(),
          Request.getRemoteAddr(request),
          headers,
          Content.Source.asInputStream(request));
    }

    private static Map.Entry<String, String> entry(HttpField field) {
      return Map.entry(field.getName(), value(field));
    }

    private static String value(HttpField field) {
      return field.getValue() == null ? "" : field.getValue();
    }
  }
}
