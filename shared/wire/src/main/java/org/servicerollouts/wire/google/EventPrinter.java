package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;

/**
 * What happened to a service, with the same fields on the bus and in lists. Its number is the
 * service's {@code v}, so that a consumer sees a gap as a missing number and a repetition as a
 * known one.
 */
public final class EventPrinter {
  private EventPrinter() {}

  /** The change that made {@code service}'s number {@code v}. */
  public static ObjectNode event(ServiceName service, long v, Happened happened) {
    ObjectNode node = Json.object();
    node.put("id", service + "#" + v);
    node.put("service", service.value());
    node.put("sequence", v);
    node.put("time", happened.at().toString());
    node.put("what", happened.what().name());
    node.put("who", happened.cause().who());
    happened.cause().why().ifPresent(why -> node.put("why", why));
    happened.verb().ifPresent(verb -> node.put("verb", verb.name()));
    for (Happened.Change change : happened.rollouts()) {
      node.withArray("rollouts")
          .addObject()
          .put("rolloutId", change.rolloutId())
          .put("state", change.status().name());
    }
    return node;
  }

  /** What the bus is told of the last change of {@code service}. */
  public static ObjectNode detail(Service service) {
    ObjectNode node = event(service.name(), service.v(), service.last());
    service.allocation().ifPresent(a -> node.set("allocation", Numbers.allocation(a)));
    service.live().ifPresent(live -> node.set("active", active(service, live)));
    return node;
  }

  /** A page of what happened to a service, and the service as it stands. */
  public static ObjectNode page(
      Service service, List<ObjectNode> events, Optional<String> nextPageToken) {
    ObjectNode node = Json.object();
    node.put("serviceName", service.name().value());
    node.put("sequence", service.v());
    node.putArray("events").addAll(events);
    node.set("service", standing(service));
    nextPageToken.ifPresent(token -> node.put("nextPageToken", token));
    return node;
  }

  /** A page of what happened to a rollout. */
  public static ObjectNode page(List<ObjectNode> events, Optional<String> nextPageToken) {
    return PagePrinter.page("events", events, nextPageToken);
  }

  private static ObjectNode standing(Service service) {
    ObjectNode node = Json.object();
    if (service.isDeleted()) {
      node.put("deleted", true);
    }
    if (service.kind() == Kind.REPLICA) {
      node.put("totalReplicas", service.total());
    }
    service.allocation().ifPresent(a -> node.set("allocation", Numbers.allocation(a)));
    service.lastGood().ifPresent(good -> node.set("lastGood", Numbers.allocation(good)));
    service.live().ifPresent(live -> node.set("active", active(service, live)));
    return node;
  }

  private static ObjectNode active(Service service, Live live) {
    Progress progress = Progress.of(service, live);
    ObjectNode node = Json.object();
    node.put("rolloutId", live.rolloutId());
    node.put("state", live.status().name());
    node.put("batch", progress.batch());
    node.put("batches", progress.batches());
    node.put("progressPercentage", progress.percentage(live.status()));
    service.nextBatchStartTime().ifPresent(next -> node.put("nextBatchStartTime", next.toString()));
    return node;
  }
}
