package org.servicerollouts.manageservices;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;

/** All of both surfaces that no function of its own serves, and whatever nobody serves. */
public final class ManageServicesHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final GoogleServices google;
  private final EasServices eas;
  private final InstantSource clock;

  public ManageServicesHandler() {
    this(Table.fromEnvironment(), System.getenv("DEFAULT_CLUSTER"), InstantSource.system());
  }

  /**
   * @param defaultCluster where a PAI-EAS service is created that names no cluster
   */
  public ManageServicesHandler(Table table, String defaultCluster, InstantSource clock) {
    ServiceStore store = new ServiceStore(table);
    Changes changes = new Changes(store);
    this.google = new GoogleServices(store, changes);
    this.eas = new EasServices(store, changes, defaultCluster, clock);
    this.clock = clock;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    return HttpFunction.answer(event, context, http -> serve(http, now));
  }

  private ObjectNode serve(HttpCall http, Instant now) {
    return switch (http.call()) {
      case Call.CreateService call -> google.create(http, now);
      case Call.GetService call -> google.get(call.service());
      case Call.CreateConfig call -> google.createConfig(call.service(), http, now);
      case Call.GetConfig call -> google.getConfig(call.service(), call.configId(), http);
      case Call.ListConfigs call -> google.listConfigs(call.service(), http);
      case Call.EasCreateService call -> eas.create(http, now);
      case Call.EasGetService call -> eas.get(call.service(), http);
      case Call.EasUpdateService call -> eas.update(call.service(), http);
      case Call.EasScaleService call -> eas.scale(call.service(), http);
      default -> throw http.notServed();
    };
  }
}
