package org.servicerollouts.getoperation;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Status;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.Fitting;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.Operation;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.OperationName;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.filter.OperationFilter;

/** Google's operations.get and operations.list. */
public final class GetOperationHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;

  public GetOperationHandler() {
    this(Table.fromEnvironment());
  }

  private GetOperationHandler(Table table) {
    this(table, StageCallers.of(table), InstantSource.system());
  }

  /**
   * @param clock tells when a request has taken too long
   */
  public GetOperationHandler(Table table, Callers callers, InstantSource clock) {
    this.function = new HttpFunction(callers, clock);
    this.table = table;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(
        event,
        context,
        http ->
            switch (http.call()) {
              case Call.GetOperation call -> operation(store(http), call.operation());
              case Call.ListOperations call -> list(http);
              default -> throw http.notServed();
            });
  }

  private ServiceStore store(HttpCall http) {
    return new ServiceStore(table.by(http.deadline()));
  }

  private static ObjectNode operation(ServiceStore store, OperationName name) {
    return switch (name) {
      case OperationName.OfRollout of ->
          OperationPrinter.operation(store.standing(of.service(), of.rolloutId()));
      case OperationName.OfService of -> operation(store, name, of.ord());
      case OperationName.OfConfig of -> operation(store, name, of.ord());
    };
  }

  private static ObjectNode operation(ServiceStore store, OperationName name, long ord) {
    ServiceOperation operation =
        store
            .findOperation(name.service(), ord)
            .filter(found -> OperationName.of(found).equals(name))
            .orElseThrow(() -> NotFound.operation(name.text()).exception());
    return OperationPrinter.operation(operation, store.findConfigBody(operation));
  }

  private ObjectNode list(HttpCall http) {
    OperationFilter filter = OperationFilter.of(http.query().find("filter").orElse(""));
    ListRequest request = ListRequest.ofOperations(http.query());
    Page<Operation> page =
        store(http)
            .operations(
                filter.service(),
                filter.isSelective() ? Optional.of(o -> filter.test(facts(o))) : Optional.empty(),
                request.pageSize(),
                request.from());
    return print(page, request);
  }

  private static ObjectNode print(Page<Operation> page, ListRequest request) {
    List<Operation> all = page.items();
    List<ObjectNode> shown = Fitting.first(all.stream().map(GetOperationHandler::listed));
    Optional<String> next =
        shown.size() < all.size() ? Optional.of(all.get(shown.size() - 1).place()) : page.next();
    return OperationPrinter.page(shown, next.map(request::nextPageToken));
  }

  private static ObjectNode listed(Operation operation) {
    return switch (operation) {
      case Operation.OfRollout of -> OperationPrinter.operation(of.standing());
      // Configs have up to 128 KiB each: too much for a page of them.
      case Operation.OfService of -> OperationPrinter.operation(of.operation(), Optional.empty());
    };
  }

  private static OperationFilter.Facts facts(Operation operation) {
    return switch (operation) {
      case Operation.OfRollout of -> {
        Status status = of.standing().status();
        yield new OperationFilter.Facts(
            of.standing().rollout().createTime(),
            status.ended(),
            status.ended() && status != Status.SUCCEEDED);
      }
      case Operation.OfService of ->
          new OperationFilter.Facts(of.operation().startTime(), true, false);
    };
  }
}
