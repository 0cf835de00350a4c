package org.servicerollouts.local;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.doubles.AlarmStateChange;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.LambdaDouble;
import org.servicerollouts.targets.LambdaAliases;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * What rollouts meet on AWS beside the table: Lambda's aliases and CloudWatch's alarms, as doubles
 * that any client of AWS reaches at their endpoints. They forget all when the process ends.
 */
public final class AwsDoubles implements AutoCloseable {
  private final Closer closer = new Closer();
  private final LambdaDouble lambda;
  private final CloudWatchDouble cloudWatch;

  /** Who is told of alarms that enter another state; nobody at first. */
  private volatile Consumer<AlarmStateChange> listener = change -> {};

  private AwsDoubles(Arguments.AwsPorts ports, InstantSource clock) throws IOException {
    AwsAccount account = new AwsAccount(Aws.REGION, Aws.ACCOUNT);
    this.lambda = closer.add(LambdaDouble.start(ports.lambda(), account, clock));
    try {
      this.cloudWatch =
          closer.add(
              CloudWatchDouble.start(
                  ports.cloudWatch(), account, clock, change -> listener.accept(change)));
    } catch (IOException e) {
      closer.close();
      throw e;
    }
  }

  /** Starts both on 127.0.0.1. */
  static AwsDoubles start(Arguments.AwsPorts ports, InstantSource clock) {
    try {
      return new AwsDoubles(ports, clock);
    } catch (IOException e) {
      throw new Refusal(
          "--lambda-port "
              + ports.lambda()
              + ", --cloudwatch-port "
              + ports.cloudWatch()
              + ": one of them is not to be had: "
              + e.getMessage());
    }
  }

  /** From now on {@code to} is told of each alarm that enters another state. */
  void tell(Consumer<AlarmStateChange> to) {
    listener = to;
  }

  /** Makes the versions of {@code function}, and its alias, known. */
  void add(Arguments.LambdaFunction function) {
    lambda.add(
        function.name(),
        IntStream.rangeClosed(1, function.versions())
            .mapToObj(Integer::toString)
            .toArray(String[]::new));
    lambda.put(function.name(), Arguments.LambdaFunction.ALIAS, "1", Map.of());
  }

  /** Lambda's aliases, for those who look at them or change them as somebody else would. */
  public LambdaDouble lambda() {
    return lambda;
  }

  /** CloudWatch's alarms, for those who make them fire. */
  public CloudWatchDouble cloudWatch() {
    return cloudWatch;
  }

  LambdaAliases aliases() {
    LambdaClient client = closer.add(client(LambdaClient.builder(), lambda.endpoint()));
    return new LambdaAliases(client);
  }

  CloudWatchAlarms alarms() {
    CloudWatchClient client = closer.add(client(CloudWatchClient.builder(), cloudWatch.endpoint()));
    return new CloudWatchAlarms(client);
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, URI endpoint) {
    B reaching =
        builder
            .endpointOverride(endpoint)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("laptop", "laptop")));
    return Clients.client(reaching, Aws.REGION, 1);
  }

  @Override
  public void close() {
    closer.close();
  }
}
