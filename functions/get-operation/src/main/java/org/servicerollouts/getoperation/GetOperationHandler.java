package org.servicerollouts.getoperation;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.OperationName;
import org.servicerollouts.wire.google.OperationPrinter;

/** Google's operations.get. */
public final class GetOperationHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final ServiceStore store;

  public GetOperationHandler() {
    this(Table.fromEnvironment());
  }

  public GetOperationHandler(Table table) {
    this.store = new ServiceStore(table);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return HttpFunction.answer(
        event,
        context,
        http ->
            switch (http.call()) {
              case Call.GetOperation call -> operation(call.operation());
              default -> throw http.notServed();
            });
  }

  private ObjectNode operation(OperationName name) {
    return switch (name) {
      case OperationName.OfRollout of ->
          OperationPrinter.operation(store.standing(of.service(), of.rolloutId()));
      case OperationName.OfService of ->
          store
              .findOperation(of.service(), of.ord())
              .map(OperationPrinter::operation)
              .orElseThrow(() -> NotFound.operation(name.text()).exception());
    };
  }
}
