package org.servicerollouts.createrollout;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.Acted;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.eas.EasCreateRolloutRequest;
import org.servicerollouts.wire.eas.EasRolloutPrinter;
import org.servicerollouts.wire.eas.EasServicePrinter;
import org.servicerollouts.wire.google.CreateRolloutRequest;
import org.servicerollouts.wire.google.OperationPrinter;

/** Google's services.rollouts.create, and PAI-EAS's CreateServiceRollout, which makes a plan. */
public final class CreateRolloutHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;
  private final Function<Set<String>, Alarms> alarms;
  private final AlarmNames alarmNames;
  private final InstantSource clock;

  public CreateRolloutHandler() {
    this(Table.fromEnvironment());
  }

  private CreateRolloutHandler(Table table) {
    this(
        table,
        StageCallers.of(table),
        CloudWatchAlarms.fromEnvironment()::read,
        AlarmNames.fromEnvironment(),
        InstantSource.system());
  }

  /**
   * @param alarms reads alarms by their names
   */
  public CreateRolloutHandler(
      Table table,
      Callers callers,
      Function<Set<String>, Alarms> alarms,
      AlarmNames alarmNames,
      InstantSource clock) {
    this.function = new HttpFunction(callers, clock);
    this.table = table;
    this.alarms = alarms;
    this.alarmNames = alarmNames;
    this.clock = clock;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(
        event,
        context,
        http ->
            switch (http.call()) {
              case Call.CreateRollout call -> createRollout(call.service(), http);
              case Call.EasCreateRollout call -> createPlan(call.service(), http);
              default -> throw http.notServed();
            });
  }

  private Changes changes(HttpCall http) {
    ServiceStore store = new ServiceStore(table.by(http.deadline()));
    return new Changes(store, alarms, http.deadline());
  }

  private ObjectNode createRollout(ServiceName name, HttpCall http) {
    CreateRolloutRequest request = CreateRolloutRequest.of(name, http.json(), alarmNames::name);
    Acted acted =
        changes(http)
            .createRollout(
                name, request.event(http.cause()), request.rollbackTo(), http.repeatable(), clock);
    return acted.repeated()
        ? OperationPrinter.operation(acted.standing())
        : OperationPrinter.created(acted.standing());
  }

  private ObjectNode createPlan(ServiceName name, HttpCall http) {
    EasCreateRolloutRequest request = EasCreateRolloutRequest.of(http.json());
    changes(http)
        .change(
            name,
            service ->
                ServiceChange.planCreated(
                    EasServicePrinter.requireReplicas(service),
                    request.strategy(),
                    request.paused(),
                    http.cause(),
                    Instant.ofEpochMilli(clock.millis())));
    return EasRolloutPrinter.created(http.requestId());
  }
}
