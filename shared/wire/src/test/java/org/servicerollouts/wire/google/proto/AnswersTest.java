package org.servicerollouts.wire.google.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Strategy.ALL_AT_ONCE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.servicemanagement.v1.ListServiceRolloutsResponse;
import com.google.api.servicemanagement.v1.ManagedService;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.longrunning.Operation;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.wire.Errors;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.RolloutPrinter;
import org.servicerollouts.wire.google.ServicePrinter;

/** The product's own answers, decoded by the published classes. */
class AnswersTest {
  private static final Service AT_OLD =
      start(traffic(), creation("first", Map.of("old", 100.0), ALL_AT_ONCE), NOW).service();
  private static final Standing RUNNING =
      start(AT_OLD, creation("r", Map.of("new", 99.5, "old", 0.5), batch("50%", "5m")), NOW);

  @Test
  void aRollout() {
    ObjectNode answer = RolloutPrinter.rollout(RUNNING);
    assertThat(answer.has("state")).isTrue();
    Rollout expected =
        Rollout.newBuilder()
            .setRolloutId("r")
            .setServiceName(ENDPOINTS.value())
            .setCreatedBy("alice")
            .setCreateTime(Timestamps.fromMillis(NOW.toEpochMilli()))
            .setStatus(Rollout.RolloutStatus.IN_PROGRESS)
            .setTrafficPercentStrategy(
                Rollout.TrafficPercentStrategy.newBuilder()
                    .putPercentages("new", 99.5)
                    .putPercentages("old", 0.5))
            .build();
    assertThat(decoded(answer, Rollout.getDefaultInstance())).isEqualTo(expected);
    assertThat(
            decoded(
                RolloutPrinter.page(
                    List.of(RolloutPrinter.listed(ENDPOINTS, RUNNING.rollout())),
                    Optional.of("next")),
                ListServiceRolloutsResponse.getDefaultInstance()))
        .isEqualTo(
            ListServiceRolloutsResponse.newBuilder()
                .addRollouts(expected)
                .setNextPageToken("next")
                .build());
  }

  @Test
  void anOperationInEveryOutcome() {
    same(OperationPrinter.operation(RUNNING));
    Instant later = NOW.plusSeconds(60);
    Standing superseded = after(RUNNING, creation("s", Map.of("old", 100.0), ALL_AT_ONCE), later);
    Operation operation = same(OperationPrinter.operation(superseded));
    assertThat(operation.getDone()).isTrue();
    assertThat(operation.getError().getCode()).isEqualTo(Code.CANCELLED_VALUE);
  }

  @Test
  void aService() {
    assertThat(decoded(ServicePrinter.service(replicas(3)), ManagedService.getDefaultInstance()))
        .isEqualTo(ManagedService.newBuilder().setServiceName("foo.cn-shanghai").build());
  }

  @Test
  void anError() throws InvalidProtocolBufferException {
    ObjectNode error =
        Errors.google(Problem.invalid("pageSize", "x", "1 or more")).withObjectProperty("error");
    Status status = decoded(error, Status.getDefaultInstance());
    assertThat(status.getMessage()).isEqualTo("pageSize: \"x\" (expected: 1 or more)");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("INVALID_VALUE");
    assertThat(status.getDetails(1).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("pageSize");
  }

  /** As protobuf reads the same JSON, which has no field of this product's own. */
  private static Operation same(ObjectNode answer) {
    Operation operation = decoded(answer, Operation.getDefaultInstance());
    assertThat(answer.withObjectProperty("metadata").remove("restores")).as("our own").isNotNull();
    assertThat(operation)
        .isEqualTo(Published.parse(answer.toString(), Operation.getDefaultInstance()));
    assertThat(operation.getMetadata().getTypeUrl()).endsWith(".OperationMetadata");
    return operation;
  }

  private static <M extends Message> M decoded(ObjectNode answer, M type) {
    return Published.decode(
        MessageType.of(type.getDescriptorForType().getFullName()).encode(answer), type);
  }
}
