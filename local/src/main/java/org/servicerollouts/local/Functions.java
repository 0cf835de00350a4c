package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.servicerollouts.advancebatches.AdvanceBatchesHandler;
import org.servicerollouts.advancebatches.Timeline;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.createrollout.CreateRolloutHandler;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.getoperation.GetOperationHandler;
import org.servicerollouts.getrollout.GetRolloutHandler;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.listrollouts.ListRolloutsHandler;
import org.servicerollouts.manageservices.AllowedTargets;
import org.servicerollouts.manageservices.ManageServicesHandler;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.steerrollout.SteerRolloutHandler;
import org.servicerollouts.store.Table;
import org.servicerollouts.targets.LambdaAliases;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * The handlers, as the deployed functions run them.
 *
 * @param http those behind the HTTP API, by the name of their module
 * @param publishEvents made for the bus that it is to publish to
 */
record Functions(
    Map<String, RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>> http,
    RequestHandler<ScheduledEvent, Void> advanceBatches,
    Function<EventBridgeClient, RequestHandler<DynamodbEvent, StreamsEventResponse>>
        publishEvents) {

  static final String ADVANCE_BATCHES = "advance-batches";

  static final String PUBLISH_EVENTS = "publish-events";

  Functions {
    http = Map.copyOf(http);
  }

  /**
   * The real ones.
   *
   * @param callers lets in those who call over HTTP
   * @param aws whose aliases and alarms rollouts meet
   */
  static Functions on(
      Table table, Callers callers, AwsDoubles aws, String busName, InstantSource clock) {
    LambdaAliases aliases = aws.aliases();
    Function<Set<String>, Alarms> alarms = aws.alarms()::read;
    AlarmNames alarmNames = new AlarmNames(Aws.REGION, Aws.ACCOUNT);
    return new Functions(
        Map.of(
            "create-rollout",
            new CreateRolloutHandler(table, callers, alarms, alarmNames, clock),
            "steer-rollout",
            new SteerRolloutHandler(table, callers, alarms, clock),
            "get-rollout",
            new GetRolloutHandler(table, callers, clock),
            "list-rollouts",
            new ListRolloutsHandler(table, callers, clock),
            "get-operation",
            new GetOperationHandler(table, callers, clock),
            "manage-services",
            new ManageServicesHandler(
                table, callers, alarms, alarmNames, aliases, AllowedTargets.ANY, clock)),
        new AdvanceBatchesHandler(table, aliases, alarms, alarmNames, Timeline.system()),
        bus -> new PublishEventsHandler(bus, busName, table, clock));
  }
}
