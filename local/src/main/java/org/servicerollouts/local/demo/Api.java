package org.servicerollouts.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A client of the system, over HTTP as anybody's. */
public final class Api implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  public Api(String url) {
    this.url = url;
  }

  public JsonNode get(String path) throws InterruptedException {
    return send("GET", path, "");
  }

  public JsonNode post(String path, String body) throws InterruptedException {
    return send("POST", path, body);
  }

  public JsonNode put(String path, String body) throws InterruptedException {
    return send("PUT", path, body);
  }

  public JsonNode send(Seed seed) throws InterruptedException {
    return send(seed.method(), seed.path(), seed.body());
  }

  /**
   * The JSON of the answer.
   *
   * @throws WrongAnswer for any answer but 200 with JSON
   */
  private JsonNode send(String method, String path, String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(TIMEOUT)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return JSON.readTree(response.body());
      }
      throw new WrongAnswer(
          method
              + " "
              + path
              + ": "
              + response.statusCode()
              + " "
              + response.body()
              + " (expected: 200)");
    } catch (JsonProcessingException e) {
      throw new WrongAnswer(
          method + " " + path + ": " + e.getOriginalMessage() + " (expected: JSON)");
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
