package org.servicerollouts.advancebatches;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.doubles.AlarmStateChange;
import org.servicerollouts.doubles.Alias;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.Call;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.LambdaDouble;
import org.servicerollouts.targets.LambdaAliases;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Lambda and CloudWatch as their doubles play them, in simulated time. */
final class Cloud implements AutoCloseable {
  /** The alias of each function that divides its traffic. */
  static final String LIVE = "live";

  static final AwsAccount ACCOUNT = new AwsAccount("us-east-1", "123456789012");

  /** Of machine time: only a call that is never answered lasts as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  final LambdaDouble lambda;
  final CloudWatchDouble cloudWatch;
  private final List<AlarmStateChange> told = new CopyOnWriteArrayList<>();

  Cloud(Timeline time) {
    try {
      lambda = LambdaDouble.start(0, ACCOUNT, time::now);
      cloudWatch = CloudWatchDouble.start(0, ACCOUNT, time::now, told::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of this account, each call seen by {@code interceptor}. */
  LambdaAliases aliases(ExecutionInterceptor interceptor) {
    return new LambdaAliases(client(LambdaClient.builder(), lambda.endpoint(), interceptor));
  }

  /** Of this account, each call seen by {@code interceptor}. */
  CloudWatchAlarms alarms(ExecutionInterceptor interceptor) {
    return new CloudWatchAlarms(
        client(CloudWatchClient.builder(), cloudWatch.endpoint(), interceptor));
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, URI endpoint, ExecutionInterceptor interceptor) {
    return builder
        .endpointOverride(endpoint)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .region(Region.of(ACCOUNT.region()))
        .overrideConfiguration(
            c -> c.retryStrategy(r -> r.maxAttempts(1)).addExecutionInterceptor(interceptor))
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(PATIENCE).build())
        .build();
  }

  /** A function with versions 1 to 9, all of whose calls go to version 1. */
  void function(String name) {
    lambda.add(name, "1", "2", "3", "4", "5", "6", "7", "8", "9");
    lambda.put(name, LIVE, "1", Map.of());
  }

  /** Somebody else changes the alias of a function. */
  void meddles(String function, String version, Map<String, Double> weights) {
    lambda.put(function, LIVE, version, weights);
  }

  Alias alias(String function) {
    return lambda.alias(function, LIVE);
  }

  /** How an alias divides the calls of its function: version to percent. */
  Map<String, Double> divided(String function) {
    Alias alias = alias(function);
    Map<String, Double> percent = new TreeMap<>();
    alias
        .additionalVersionWeights()
        .forEach((version, weight) -> percent.put(version, weight * 100));
    percent.put(
        alias.functionVersion(),
        100 - percent.values().stream().mapToDouble(Double::doubleValue).sum());
    return percent;
  }

  /** How often Lambda was called so. */
  long count(String operation) {
    return lambda.calls().stream().map(Call::operation).filter(operation::equals).count();
  }

  /** The most calls that Lambda had in any second. */
  long busiestSecond() {
    List<Instant> times = lambda.calls().stream().map(Call::at).sorted().toList();
    return times.stream()
        .mapToLong(
            start ->
                times.stream()
                    .filter(at -> !at.isBefore(start) && at.isBefore(start.plusSeconds(1)))
                    .count())
        .max()
        .orElse(0);
  }

  /** The alarm's last change, as EventBridge is told of it. */
  AlarmStateChange lastChange() {
    return told.getLast();
  }

  @Override
  public void close() {
    lambda.close();
    cloudWatch.close();
  }
}
