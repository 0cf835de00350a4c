package org.servicerollouts.listrollouts;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Predicate;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.RolloutPrinter;
import org.servicerollouts.wire.google.filter.RolloutFilter;

/** Google's services.rollouts.list. */
public final class ListRolloutsHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final ServiceStore store;

  public ListRolloutsHandler() {
    this(Table.fromEnvironment());
  }

  private ListRolloutsHandler(Table table) {
    this(table, Callers.fromEnvironment(table));
  }

  public ListRolloutsHandler(Table table, Callers callers) {
    this.function = new HttpFunction(callers);
    this.store = new ServiceStore(table);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(
        event,
        context,
        http ->
            switch (http.call()) {
              case Call.ListRollouts call -> list(call.service(), http);
              default -> throw http.notServed();
            });
  }

  private ObjectNode list(ServiceName service, HttpCall http) {
    ListRequest request = ListRequest.ofRollouts(service, http.query());
    Optional<Predicate<Rollout>> filter = http.query().find("filter").map(RolloutFilter::of);
    Page<Rollout> page = store.rollouts(service, filter, request.pageSize(), request.from());
    return RolloutPrinter.page(service, page.items(), page.next().map(request::nextPageToken));
  }
}
