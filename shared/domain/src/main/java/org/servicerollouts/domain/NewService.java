package org.servicerollouts.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A service that is to be made, and what is made with it.
 *
 * @param service as it is to be; its {@code v} is 1, unless its name was in use before
 */
public record NewService(Service service, List<Write> writes) {

  public NewService {
    writes = List.copyOf(writes);
  }

  /**
   * One without configs or allocation, as Google's services.create makes it. Rollout plans may be
   * made for it.
   *
   * @param total replicas of a replica service, 0 for traffic
   * @param gone the deleted service that had the name before; its numbers go on
   */
  public static NewService empty(
      ServiceName name,
      Kind kind,
      long total,
      String producer,
      Optional<Service> gone,
      Cause cause,
      Instant now) {
    Service.Identity identity = new Service.Identity(name, kind, producer, true, now);
    Service.Counters counters = counters(gone).nextOrd(now);
    Service service =
        service(identity, total, Optional.empty(), Optional.empty(), counters, gone, cause, now);
    ServiceOperation operation =
        new ServiceOperation(
            name, counters.ord(), new ServiceOperation.ServiceCreated(), producer, now);
    return new NewService(service, List.of(LISTED, new Write.OperationCreated(operation)));
  }

  /**
   * One whose replicas all run its first revision, which is last good, as PAI-EAS's CreateService
   * makes it.
   *
   * @param revision makes the config of the first revision from its id and ord
   * @param document the service JSON
   * @param gone the deleted service that had the name before; its numbers go on
   */
  public static NewService atFirstRevision(
      ServiceName name,
      long total,
      boolean rolloutsEnabled,
      BiFunction<String, Long, Config> revision,
      String document,
      Optional<Service> gone,
      Cause cause,
      Instant now) {
    Service.Identity identity = new Service.Identity(name, Kind.REPLICA, "", rolloutsEnabled, now);
    Service.Counters counters = counters(gone).nextOrd(now).nextRevision();
    String id = Service.revision(name, counters.revisions());
    Service service =
        service(
                identity,
                total,
                Optional.of(Replicas.all(id, total)),
                Optional.of(Shares.only(id)),
                counters,
                gone,
                cause,
                now)
            .knowing(Map.of(id, new Version(counters.ord(), Optional.empty())));
    return new NewService(
        service,
        List.of(
            LISTED,
            new Write.ConfigCreated(revision.apply(id, counters.ord())),
            new Write.DocumentSaved(document, counters.documents())));
  }

  private static final Write LISTED = new Write.ServiceListed(true);

  private static Service.Counters counters(Optional<Service> gone) {
    return gone.map(Service::counters).orElse(Service.Counters.NEW).withoutDocument();
  }

  private static Service service(
      Service.Identity identity,
      long total,
      Optional<Allocation> allocation,
      Optional<Shares> lastGood,
      Service.Counters counters,
      Optional<Service> gone,
      Cause cause,
      Instant now) {
    return new Service(
        identity,
        total,
        allocation,
        lastGood,
        Optional.empty(),
        List.of(),
        Settings.NONE,
        Map.of(),
        List.of(),
        Map.of(),
        Successes.NONE,
        Optional.empty(),
        Optional.empty(),
        counters,
        gone.map(Service::v).orElse(0L) + 1,
        new Happened(Happened.What.SERVICE_CREATED, now, cause, List.of()));
  }
}
