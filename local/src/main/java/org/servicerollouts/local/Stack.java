package org.servicerollouts.local;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Nonces;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.Table;

/** Everything that the template deploys, running in this process. */
public final class Stack implements AutoCloseable {
  private static final String TABLE = "rollouts";
  private static final String BUS = "rollouts";
  private static final String DEFAULT_CLUSTER = "cn-shanghai";
  private static final Duration TICK = Duration.ofMinutes(1);

  private final Front front;
  private final AwsDoubles aws;
  private final Closer closer;

  private Stack(Front front, AwsDoubles aws, Closer closer) {
    this.front = front;
    this.aws = aws;
    this.closer = closer;
  }

  /**
   * Starts it.
   *
   * @param folder what it keeps, and goes on from
   * @param port where it listens on 127.0.0.1; 0 takes a free one
   * @throws Refusal if the folder or the port is not to be had
   */
  public static Stack start(Path folder, int port) {
    return start(folder, port, Optional.empty(), Arguments.AwsPorts.FREE, List.of());
  }

  /**
   * Starts it.
   *
   * @param keys reads what callers must show or sign with; empty: all are let in
   * @param ports where the doubles of AWS listen
   * @param subscribers further rules on the bus
   */
  public static Stack start(
      Path folder,
      int port,
      Optional<Supplier<String>> keys,
      Arguments.AwsPorts ports,
      List<Bus.Rule> subscribers) {
    Closer closer = new Closer();
    try {
      AwsDoubles aws = closer.add(AwsDoubles.start(ports, InstantSource.system()));
      return new Stack(front(folder, port, keys, aws, subscribers, closer), aws, closer);
    } catch (RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  private static Front front(
      Path folder,
      int port,
      Optional<Supplier<String>> keys,
      AwsDoubles aws,
      List<Bus.Rule> subscribers,
      Closer closer) {
    InstantSource clock = InstantSource.system();
    Database database = closer.add(Database.open(folder, Schema.createTable(TABLE)));
    Table table = new Table(database.client(), TABLE);
    Callers callers = new StageCallers(parameter -> keys.orElseThrow(), new Nonces(table), clock);
    Functions functions = Functions.on(table, callers, aws, BUS, clock);
    Invocations invocations = closer.add(new Invocations(clock));
    aws.tell(
        change ->
            invocations.start(
                Functions.ADVANCE_BATCHES,
                context -> functions.advanceBatches().handleRequest(Bus.alarm(change), context)));
    List<Bus.Rule> rules = new ArrayList<>(subscribers);
    rules.add(
        Bus.Rule.onDetailType(Due.SOON, Functions.ADVANCE_BATCHES, functions.advanceBatches()));
    Bus bus = new Bus(BUS, rules, invocations, clock);
    Front front =
        closer.add(
            Front.start(
                port, new Gateway(functions.http(), stageVariables(keys.isPresent()), clock)));
    SourceMapping mapping =
        new SourceMapping(
            database.streamArn(),
            Functions.PUBLISH_EVENTS,
            functions.publishEvents().apply(bus),
            clock);
    closer.add(
        StreamReader.start(
            database.streams(),
            database.streamArn(),
            folder.resolve("stream-place.json"),
            mapping));
    closer.add(
        Schedule.start(
            "tick",
            TICK,
            Functions.ADVANCE_BATCHES,
            functions.advanceBatches(),
            invocations,
            clock));
    return front;
  }

  /** As template.yaml sets them with AuthMode KEYS or NONE; a comma stands for none. */
  public static Map<String, String> stageVariables(boolean hasKeys) {
    return Map.of(
        "AUTH_MODE", hasKeys ? "KEYS" : "NONE",
        "KEYS_PARAMETER", hasKeys ? "/keys" : ",",
        "JWT_ISSUER", ",",
        "JWT_AUDIENCE", ",",
        "JWT_READ_SCOPE", ",",
        "JWT_WRITE_SCOPE", ",",
        "DEFAULT_CLUSTER", DEFAULT_CLUSTER);
  }

  /** Where it answers. */
  public String url() {
    return front.url();
  }

  /** What rollouts meet on AWS. */
  public AwsDoubles aws() {
    return aws;
  }

  @Override
  public void close() {
    closer.close();
  }
}
