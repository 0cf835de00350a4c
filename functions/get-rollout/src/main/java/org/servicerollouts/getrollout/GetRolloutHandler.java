package org.servicerollouts.getrollout;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.eas.EasRolloutPrinter;
import org.servicerollouts.wire.google.AllocationPrinter;
import org.servicerollouts.wire.google.AllocationRequest;
import org.servicerollouts.wire.google.RolloutPrinter;

/**
 * Google's services.rollouts.get, PAI-EAS's DescribeServiceRollout, and who gets what of a service.
 */
public final class GetRolloutHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;

  public GetRolloutHandler() {
    this(Table.fromEnvironment());
  }

  private GetRolloutHandler(Table table) {
    this(table, StageCallers.of(table), InstantSource.system());
  }

  /**
   * @param clock tells when a request has taken too long
   */
  public GetRolloutHandler(Table table, Callers callers, InstantSource clock) {
    this.function = new HttpFunction(callers, clock);
    this.table = table;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(event, context, this::serve);
  }

  private ObjectNode serve(HttpCall http) {
    ServiceStore store = new ServiceStore(table.by(http.deadline()));
    return switch (http.call()) {
      case Call.GetRollout call ->
          RolloutPrinter.rollout(store.standing(call.service(), call.rolloutId()));
      case Call.GetAllocation call ->
          AllocationPrinter.allocation(
              store.require(call.service()), AllocationRequest.of(http.query()));
      case Call.EasGetRollout call ->
          EasRolloutPrinter.rollout(store.require(call.service()), http.requestId());
      default -> throw http.notServed();
    };
  }
}
