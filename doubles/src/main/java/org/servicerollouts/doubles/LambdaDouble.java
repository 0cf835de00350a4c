package org.servicerollouts.doubles;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lambda's API for aliases: CreateAlias, GetAlias, UpdateAlias and ListAliases, and PublishVersion
 * and ListTags of functions that it was told of. It runs no function.
 *
 * <p>As AWS documents these (Lambda API Reference), a change makes a new RevisionId, a RevisionId
 * that is not the alias's is refused with 412, an UpdateAlias without RoutingConfig keeps the
 * weights and one with none in it takes them away. What AWS refuses is refused with its code and
 * text. ListAliases gives all at once.
 */
public final class LambdaDouble implements AutoCloseable {
  /**
   * "Rate of control plane API requests … 15 requests per second" of all such APIs together, which
   * cannot be raised (Lambda Developer Guide, "Lambda quotas").
   */
  private static final int CALLS_A_SECOND = 15;

  private final Functions functions;
  private final HttpDouble http;

  private LambdaDouble(Functions functions, HttpDouble http) {
    this.functions = functions;
    this.http = http;
  }

  /**
   * Starts to listen on 127.0.0.1.
   *
   * @param port 0 takes a free one
   * @param clock what {@link Call#at} and {@link #limit} go by
   * @throws IOException if the port cannot be had
   */
  public static LambdaDouble start(int port, AwsAccount account, InstantSource clock)
      throws IOException {
    Functions functions = new Functions(account);
    return new LambdaDouble(
        functions, HttpDouble.start(port, new LambdaApi(functions), CALLS_A_SECOND, clock));
  }

  public URI endpoint() {
    return http.endpoint();
  }

  /** Makes these versions of a function known, as if they were published. */
  public void add(String function, String... versions) {
    functions.add(function, List.of(versions));
  }

  /** Gives a function a tag. */
  public void tag(String function, String key, String value) {
    functions.tag(function, key, value);
  }

  /**
   * The tags of a function.
   *
   * @throws IllegalArgumentException if there is no such function
   */
  public Map<String, String> tags(String function) {
    return allowed(() -> functions.tags(function));
  }

  /**
   * Makes an alias, or changes it as somebody else would: no call is counted, the RevisionId is
   * another one.
   *
   * @throws IllegalArgumentException if Lambda would refuse that
   */
  public void put(
      String function, String alias, String functionVersion, Map<String, Double> weights) {
    allowed(
        () ->
            functions.put(
                function,
                alias,
                new Functions.Change(
                    Optional.of(functionVersion), Optional.empty(), Optional.of(weights))));
  }

  /**
   * What the alias now is.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Alias alias(String function, String alias) {
    return allowed(() -> functions.get(function, alias));
  }

  /** Calls above so many in any second are answered 429; at first 15. */
  public void limit(int callsASecond) {
    http.rate().set(callsASecond);
  }

  public Faults faults() {
    return http.faults();
  }

  /** The newest 10,000 calls, the oldest first. */
  public List<Call> calls() {
    return http.calls();
  }

  @Override
  public void close() {
    http.close();
  }

  private static <T> T allowed(Supplier<T> change) {
    try {
      return change.get();
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage());
    }
  }
}
