package org.servicerollouts.listrollouts;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.Fitting;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.History;
import org.servicerollouts.store.HistoryRow;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.google.EventPrinter;
import org.servicerollouts.wire.google.EventsRequest;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.RolloutPrinter;
import org.servicerollouts.wire.google.filter.RolloutFilter;

/** Google's services.rollouts.list, and what happened to a service or a rollout. */
public final class ListRolloutsHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;

  public ListRolloutsHandler() {
    this(Table.fromEnvironment());
  }

  private ListRolloutsHandler(Table table) {
    this(table, StageCallers.of(table), InstantSource.system());
  }

  /**
   * @param clock tells when a request has taken too long
   */
  public ListRolloutsHandler(Table table, Callers callers, InstantSource clock) {
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
              case Call.ListRollouts call -> list(call.service(), http);
              case Call.ListServiceEvents call -> events(call.service(), http);
              case Call.ListRolloutEvents call -> events(call.service(), call.rolloutId(), http);
              default -> throw http.notServed();
            });
  }

  private ServiceStore store(HttpCall http) {
    return new ServiceStore(table.by(http.deadline()));
  }

  private ObjectNode list(ServiceName service, HttpCall http) {
    ListRequest request = ListRequest.ofRollouts(service, http.query());
    Optional<Predicate<Rollout>> filter = http.query().find("filter").map(RolloutFilter::of);
    Page<Rollout> page = store(http).rollouts(service, filter, request.pageSize(), request.from());
    List<Rollout> all = page.items();
    List<ObjectNode> shown =
        Fitting.first(all.stream().map(rollout -> RolloutPrinter.listed(service, rollout)));
    Optional<String> next =
        shown.size() < all.size()
            ? Optional.of(ServiceStore.place(all.get(shown.size() - 1)))
            : page.next();
    return RolloutPrinter.page(shown, next.map(request::nextPageToken));
  }

  private ObjectNode events(ServiceName service, HttpCall http) {
    EventsRequest request = EventsRequest.of(service, http.query());
    ListRequest list = request.list();
    History history = store(http).history(service, request.after(), list.pageSize(), list.from());
    Page<HistoryRow> page = history.page();
    return EventPrinter.page(
        history.service(), printed(service, page), page.next().map(list::nextPageToken));
  }

  private ObjectNode events(ServiceName service, String rolloutId, HttpCall http) {
    ListRequest request = ListRequest.ofRolloutEvents(service, rolloutId, http.query());
    Page<HistoryRow> page =
        store(http).history(service, rolloutId, request.pageSize(), request.from());
    return EventPrinter.page(printed(service, page), page.next().map(request::nextPageToken));
  }

  private static List<ObjectNode> printed(ServiceName service, Page<HistoryRow> page) {
    return page.items().stream()
        .map(row -> EventPrinter.event(service, row.v(), row.happened()))
        .toList();
  }
}
