package org.servicerollouts.steerrollout;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.Acted;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.SteerRolloutRequest;

/** The verbs of a rollout: pause, resume, advance, promote and rollback. */
public final class SteerRolloutHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;
  private final Function<Set<String>, Alarms> alarms;
  private final InstantSource clock;

  public SteerRolloutHandler() {
    this(Table.fromEnvironment());
  }

  private SteerRolloutHandler(Table table) {
    this(
        table,
        StageCallers.of(table),
        CloudWatchAlarms.fromEnvironment()::read,
        InstantSource.system());
  }

  /**
   * @param alarms reads alarms by their names
   */
  public SteerRolloutHandler(
      Table table, Callers callers, Function<Set<String>, Alarms> alarms, InstantSource clock) {
    this.function = new HttpFunction(callers, clock);
    this.table = table;
    this.alarms = alarms;
    this.clock = clock;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(
        event,
        context,
        http ->
            switch (http.call()) {
              case Call.SteerRollout call -> steer(call, http);
              default -> throw http.notServed();
            });
  }

  private ObjectNode steer(Call.SteerRollout call, HttpCall http) {
    ServiceStore store = new ServiceStore(table.by(http.deadline()));
    Changes changes = new Changes(store, alarms, http.deadline());
    SteerRolloutRequest request = SteerRolloutRequest.of(call.verb(), http.json());
    Acted acted =
        changes.steer(
            call.service(),
            request.event(call.rolloutId(), http.cause()),
            request.to(),
            http.repeatable(),
            clock);
    return OperationPrinter.operation(acted.standing());
  }
}
