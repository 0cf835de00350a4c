package org.servicerollouts.doubles;

import java.util.List;
import java.util.Optional;

/** The part of CloudWatch's API that is about alarms (2010-08-01), in each of its protocols. */
final class CloudWatchApi implements Api {
  private static final Protocol JSON = new AwsJson();
  private static final List<Protocol> PROTOCOLS = List.of(new RpcV2Cbor(), JSON, new AwsQuery());

  private final AlarmOperations operations;

  CloudWatchApi(AlarmOperations operations) {
    this.operations = operations;
  }

  @Override
  public Asked asked(Request request) {
    for (Protocol protocol : PROTOCOLS) {
      try {
        Optional<Protocol.Spoken> spoken = protocol.read(request);
        if (spoken.isPresent()) {
          return new Understood(protocol, spoken.get());
        }
      } catch (Refusal e) {
        return new NotUnderstood(protocol, e);
      }
    }
    return new NotUnderstood(
        JSON,
        new Refusal(
            404, "UnknownOperationException", "This double knows no such path and protocol"));
  }

  @Override
  public Refusal throttled() {
    return new Refusal(400, "ThrottlingException", "Rate exceeded");
  }

  @Override
  public Refusal broken() {
    return new Refusal(500, "InternalServiceFault", "The request processing has failed");
  }

  private final class Understood implements Asked {
    private final Protocol protocol;
    private final Protocol.Spoken spoken;

    Understood(Protocol protocol, Protocol.Spoken spoken) {
      this.protocol = protocol;
      this.spoken = spoken;
    }

    @Override
    public String operation() {
      return spoken.operation();
    }

    @Override
    public String resource() {
      return spoken.input().path("AlarmName").asText();
    }

    @Override
    public Reply done() {
      return protocol.done(spoken.operation(), operations.done(spoken));
    }

    @Override
    public Reply refused(Refusal refusal) {
      return protocol.refused(refusal);
    }
  }

  private record NotUnderstood(Protocol protocol, Refusal why) implements Asked {
    @Override
    public String operation() {
      return "UnknownOperation";
    }

    @Override
    public String resource() {
      return "";
    }

    @Override
    public Reply done() {
      throw why;
    }

    @Override
    public Reply refused(Refusal refusal) {
      return protocol.refused(refusal);
    }
  }
}
