package org.servicerollouts.manageservices;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpFunction;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.targets.LambdaAliases;
import org.servicerollouts.wire.Call;

/** All of both surfaces that no function of its own serves, and whatever nobody serves. */
public final class ManageServicesHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final HttpFunction function;
  private final Table table;
  private final Function<Set<String>, Alarms> alarms;
  private final AlarmNames alarmNames;
  private final LambdaAliases aliases;
  private final AllowedTargets allowed;
  private final InstantSource clock;

  public ManageServicesHandler() {
    this(Table.fromEnvironment());
  }

  private ManageServicesHandler(Table table) {
    this(table, AlarmNames.fromEnvironment());
  }

  private ManageServicesHandler(Table table, AlarmNames alarmNames) {
    this(
        table,
        StageCallers.of(table),
        CloudWatchAlarms.fromEnvironment()::read,
        alarmNames,
        LambdaAliases.fromEnvironment(),
        AllowedTargets.fromEnvironment(alarmNames.account()),
        InstantSource.system());
  }

  /**
   * @param alarms reads alarms by their names
   * @param allowed which services may have which functions as targets
   */
  public ManageServicesHandler(
      Table table,
      Callers callers,
      Function<Set<String>, Alarms> alarms,
      AlarmNames alarmNames,
      LambdaAliases aliases,
      AllowedTargets allowed,
      InstantSource clock) {
    this.function = new HttpFunction(callers, clock);
    this.table = table;
    this.alarms = alarms;
    this.alarmNames = alarmNames;
    this.aliases = aliases;
    this.allowed = allowed;
    this.clock = clock;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return function.answer(event, context, this::serve);
  }

  private ObjectNode serve(HttpCall http) {
    ServiceStore store = new ServiceStore(table.by(http.deadline()));
    Changes changes = new Changes(store, alarms, http.deadline());
    GoogleServices services =
        new GoogleServices(store, changes, alarmNames, aliases, allowed, clock);
    GoogleConfigs configs = new GoogleConfigs(store, changes, clock);
    EasServices easServices = new EasServices(store, changes, clock);
    EasVersions easVersions = new EasVersions(store, changes, clock);
    EasRollouts easRollouts = new EasRollouts(changes, clock);
    return switch (http.call()) {
      case Call.CreateService call -> services.create(http);
      case Call.GetService call -> services.get(call.service());
      case Call.ListServices call -> services.list(http);
      case Call.UpdateService call -> services.update(call.service(), http);
      case Call.DeleteService call -> services.delete(call.service(), http);
      case Call.UndeleteService call -> services.undelete(call.service(), http);
      case Call.CreateConfig call -> configs.create(call.service(), http);
      case Call.SubmitConfigSource call -> configs.submit(call.service(), http);
      case Call.GetConfig call -> configs.get(call.service(), call.configId(), http);
      case Call.GetCurrentConfig call -> configs.current(call.service(), http);
      case Call.ListConfigs call -> configs.list(call.service(), http);
      case Call.GenerateConfigReport call -> new ConfigReports(store).generate(http);
      case Call.PreviewRollout call ->
          new GooglePreviews(changes, alarmNames, clock).preview(call.service(), http);
      case Call.ReportUsage call -> new ServiceControl(store).report(call.service());
      case Call.EnableService call -> services.enable(call.project(), call.service(), http);
      case Call.EasCreateService call -> easServices.create(http);
      case Call.EasListServices call -> easServices.list(http);
      case Call.EasGetService call -> easServices.get(call.service(), http);
      case Call.EasUpdateService call -> easServices.update(call.service(), http);
      case Call.EasDeleteService call -> easServices.delete(call.service(), http);
      case Call.EasScaleService call -> easServices.scale(call.service(), http);
      case Call.EasListVersions call -> easVersions.list(call.service(), http);
      case Call.EasUpdateVersion call -> easVersions.update(call.service(), http);
      case Call.EasUpdateRollout call -> easRollouts.update(call.service(), http);
      case Call.EasDeleteRollout call -> easRollouts.delete(call.service(), http);
      default -> throw http.notServed();
    };
  }
}
