package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Strategy.ALL_AT_ONCE;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.changed;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;

class EventPrinterTest {

  @Test
  void anEventTellsWhatHappenedToWhichRolloutsWhoDidItAndWhy() {
    Happened superseded =
        new Happened(
            Happened.What.ROLLOUT_CREATED,
            NOW,
            new Cause("alice", Optional.of("a hotfix"), false),
            List.of(
                new Happened.Change("r1", Status.CANCELLED),
                new Happened.Change("r2", Status.RUNNING)));
    assertThat(EventPrinter.event(ENDPOINTS, 7, superseded))
        .hasToString(
            """
            {"id":"endpointsapis.appspot.com#7","service":"endpointsapis.appspot.com",\
            "sequence":7,"time":"2026-05-08T16:00:00.123Z","what":"ROLLOUT_CREATED",\
            "who":"alice","why":"a hotfix",\
            "rollouts":[{"rolloutId":"r1","state":"CANCELLED"},\
            {"rolloutId":"r2","state":"RUNNING"}]}\
            """);
  }

  @Test
  void whatIsNotThereIsLeftOut() {
    Happened scaled = new Happened(Happened.What.SERVICE_SCALED, NOW, Cause.DRIVER, List.of());
    assertThat(EventPrinter.event(ENDPOINTS, 1, scaled))
        .hasToString(
            """
            {"id":"endpointsapis.appspot.com#1","service":"endpointsapis.appspot.com",\
            "sequence":1,"time":"2026-05-08T16:00:00.123Z","what":"SERVICE_SCALED",\
            "who":"advance-batches"}\
            """);
  }

  @Test
  void theServiceStandsBesideItsEvents() {
    Standing first = start(traffic(), creation("r0", Map.of("old", 100.0), ALL_AT_ONCE), NOW);
    Service service =
        start(first.service(), creation("r1", Map.of("new", 100.0), batch("10%", "5m")), NOW)
            .service();
    assertThat(
            EventPrinter.page(
                service,
                List.of(EventPrinter.event(ENDPOINTS, service.v(), service.last())),
                Optional.of("token")))
        .hasToString(
            """
            {"serviceName":"endpointsapis.appspot.com","sequence":3,"events":[\
            {"id":"endpointsapis.appspot.com#3","service":"endpointsapis.appspot.com",\
            "sequence":3,"time":"2026-05-08T16:00:00.123Z","what":"ROLLOUT_CREATED",\
            "who":"alice","rollouts":[{"rolloutId":"r1","state":"RUNNING"}]}],\
            "service":{"allocation":{"old":90,"new":10},"lastGood":{"old":100},\
            "active":{"rolloutId":"r1","state":"RUNNING","batch":1,"batches":10,\
            "progressPercentage":10,"nextBatchStartTime":"2026-05-08T16:05:00.123Z"}},\
            "nextPageToken":"token"}\
            """);
  }

  @Test
  void aServiceBeforeItsFirstRolloutHasNoEventsYet() {
    assertThat(EventPrinter.page(traffic(), List.of(), Optional.empty()))
        .hasToString(
            """
            {"serviceName":"endpointsapis.appspot.com","sequence":1,"events":[],"service":{}}\
            """);
  }

  @Test
  void replicasAreToldByTheirNumberAndOneThatHasEndedIsNotActive() {
    Standing started =
        start(replicas(10), creation("r1", Map.of("new", 100.0), batch("10%", "5m")), NOW);
    Service stopped =
        after(started, new Event.Steer("r1", Event.Verb.ROLLBACK, ALICE), NOW).service();
    assertThat(EventPrinter.page(stopped, List.of(), Optional.empty()).get("service"))
        .hasToString(
            """
            {"totalReplicas":10,"allocation":{"%1$s":10},"lastGood":{"%1$s":100}}\
            """
                .formatted(stopped.revision(1)));
  }

  @Test
  void aDeletedServiceSaysSo() {
    Service deleted =
        changed(
                StateMachine.decide(
                    traffic(), new Event.DeleteService(Service.KEPT_DELETED, ALICE), NOW))
            .next();
    assertThat(EventPrinter.page(deleted, List.of(), Optional.empty()).get("service"))
        .hasToString("{\"deleted\":true}");
  }

  @Test
  void aPageOfARolloutsEventsIsAListLikeAnyOther() {
    assertThat(EventPrinter.page(List.of(), Optional.empty())).hasToString("{}");
    assertThat(
            EventPrinter.page(
                List.of(EventPrinter.event(ENDPOINTS, 1, traffic().last())), Optional.of("t")))
        .hasToString(
            """
            {"events":[{"id":"endpointsapis.appspot.com#1",\
            "service":"endpointsapis.appspot.com","sequence":1,\
            "time":"2026-05-08T16:00:00.123Z","what":"SERVICE_CREATED","who":"alice"}],\
            "nextPageToken":"t"}\
            """);
  }
}
