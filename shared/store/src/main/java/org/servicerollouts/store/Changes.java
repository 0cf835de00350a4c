package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;

/**
 * What a request does to a service: read it, decide, write it; when somebody else was first, decide
 * again on what they left, {@value #TRIES} tries in all with a growing random pause between them.
 *
 * <p>Whatever is refused comes out as a {@link ProblemException}.
 */
public final class Changes {
  private static final int TRIES = 10;
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  private final ServiceStore store;
  private final Pause pause;

  /** How to wait between two tries. */
  @FunctionalInterface
  public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  public Changes(ServiceStore store) {
    this(store, Thread::sleep);
  }

  public Changes(ServiceStore store, Pause pause) {
    this.store = store;
    this.pause = pause;
  }

  /**
   * Makes a new service with what belongs to it.
   *
   * @param make makes it, of the service that had its name and is gone, if there was one
   */
  public Service createService(
      ServiceName name,
      BiFunction<Optional<Service>, Instant, NewService> make,
      InstantSource clock) {
    return tried(
        name,
        told -> {
          Instant now = now(clock);
          NewService made = make.apply(Optional.empty(), now);
          Saved saved = store.create(made.service(), made.writes());
          return saved instanceof Saved.ServiceTaken taken && taken.current().isGone(now)
              ? createOver(taken.current(), make, now)
              : saved;
        });
  }

  private Saved createOver(
      Service gone, BiFunction<Optional<Service>, Instant, NewService> make, Instant now) {
    Saved purged = store.purge(gone);
    if (!(purged instanceof Saved.Written)) {
      return purged;
    }
    NewService made = make.apply(Optional.of(gone), now);
    return store.createOver(gone, made.service(), made.writes());
  }

  /** The service after it was deleted. */
  public Service deleteService(ServiceName name, Event.DeleteService delete, InstantSource clock) {
    return change(
        name,
        service -> StateMachine.decide(service, delete, now(clock)),
        counters -> counters.usedRolloutId(now(clock)));
  }

  /** The service after it was undeleted. */
  public Service undelete(ServiceName name, Event.UndeleteService undelete, InstantSource clock) {
    return tried(
        name,
        told ->
            skipping(
                new Document(
                    told.or(() -> store.find(name))
                        .orElseThrow(() -> NotFound.service(name.value()).exception()),
                    Optional.empty()),
                document -> StateMachine.decide(document.service(), undelete, now(clock)),
                (taken, counters) -> counters.usedRolloutId(now(clock))));
  }

  /** The service after the rollout was made. An id that the server makes up skips those in use. */
  public Service createRollout(ServiceName name, Event.Create create, InstantSource clock) {
    return change(
        name,
        service -> StateMachine.decide(service, create, now(clock)),
        create.rolloutId().isPresent()
            ? UnaryOperator.identity()
            : counters -> counters.usedRolloutId(now(clock)));
  }

  /** Read for each try: what a try writes happens when it is written, not when the request came. */
  private static Instant now(InstantSource clock) {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** The service after {@code decide} changed it, or as it is where there was nothing to change. */
  public Service change(ServiceName name, Function<Service, Decision> decide) {
    return change(name, decide, UnaryOperator.identity());
  }

  /**
   * The same for a change that may make up an id.
   *
   * @param skip takes the next made-up id instead of one that is in use; the identity where the
   *     caller gave the id
   */
  public Service change(
      ServiceName name, Function<Service, Decision> decide, UnaryOperator<Service.Counters> skip) {
    return tried(
        name,
        told ->
            skipping(
                new Document(present(name, told), Optional.empty()),
                document -> decide.apply(document.service()),
                (taken, counters) -> skip.apply(counters)));
  }

  private Service present(ServiceName name, Optional<Service> told) {
    return told.filter(service -> !service.isDeleted()).orElseGet(() -> store.require(name));
  }

  /**
   * The same for a change that needs the service's PAI-EAS document, and may make up a revision and
   * a rollout's id.
   */
  public Service changeDocument(
      ServiceName name, BiFunction<Document, Instant, Decision> decide, InstantSource clock) {
    return tried(
        name,
        told ->
            skipping(
                store.document(name),
                document -> decide.apply(document, now(clock)),
                (taken, counters) ->
                    taken instanceof Saved.ConfigTaken
                        ? counters.nextRevision()
                        : counters.usedRolloutId(now(clock))));
  }

  /** Ends too where {@code skip} does not help: when the same id is taken twice. */
  private Saved skipping(
      Document read,
      Function<Document, Decision> decide,
      BiFunction<Saved, Service.Counters, Service.Counters> skip) {
    Service counted = read.service();
    Optional<Saved> before = Optional.empty();
    // Doubled each time: an id is found soon, however many a client has taken in advance.
    int step = 1;
    while (true) {
      Saved saved = written(read.service(), decide.apply(new Document(counted, read.json())));
      boolean isTaken = saved instanceof Saved.RolloutTaken || saved instanceof Saved.ConfigTaken;
      if (!isTaken || before.filter(saved::equals).isPresent()) {
        return saved;
      }
      Service.Counters skipped = counted.counters();
      for (int i = 0; i < step; i++) {
        skipped = skip.apply(saved, skipped);
      }
      step *= 2;
      if (skipped.equals(counted.counters())) {
        return saved;
      }
      counted = counted.withCounters(skipped);
      before = Optional.of(saved);
    }
  }

  private Saved written(Service service, Decision decision) {
    return switch (decision) {
      case Decision.Changed changed -> store.save(service, changed);
      case Decision.Unchanged unchanged -> new Saved.Written(service);
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }

  /** One try to write. */
  private interface Attempt {
    /**
     * @param told the service as the last lost race told it
     */
    Saved save(Optional<Service> told);
  }

  private Service tried(ServiceName name, Attempt attempt) {
    Optional<Service> told = Optional.empty();
    for (int i = 1; i <= TRIES; i++) {
      switch (attempt.save(told)) {
        case Saved.Written written -> {
          return written.service();
        }
        case Saved.Lost lost -> told = lost.current();
        case Saved.ServiceTaken taken -> throw nameTaken(taken.current()).exception();
        case Saved.RolloutTaken taken ->
            throw Problem.of(
                    Problem.Kind.ROLLOUT_EXISTS,
                    "Rollout '" + taken.id() + "' of service '" + name + "' already exists.")
                .exception();
        case Saved.ConfigTaken taken ->
            throw Problem.of(
                    Problem.Kind.CONFIG_EXISTS,
                    "Config '" + taken.id() + "' of service '" + name + "' already exists.")
                .exception();
        case Saved.ConfigUnknown unknown ->
            throw Problem.of(
                    Problem.Kind.FAILED_PRECONDITION,
                    "percentages[\""
                        + unknown.id()
                        + "\"]: service '"
                        + name
                        + "' has no such config (expected: the id of one that was created)")
                .exception();
      }
      if (i < TRIES) {
        rest(i);
      }
    }
    throw Problem.of(
            Problem.Kind.ABORTED,
            "Service '"
                + name
                + "' could not be changed in "
                + TRIES
                + " tries, since others were changing it or the table was busy. Try again.")
        .exception();
  }

  private static Problem nameTaken(Service current) {
    return current.isDeleted()
        ? Problem.of(
            Problem.Kind.FAILED_PRECONDITION,
            "Service '"
                + current.name()
                + "' has been deleted and will be purged "
                + Service.KEPT_DELETED.toDays()
                + " days after that. To reuse it, undelete it.")
        : Problem.of(
            Problem.Kind.SERVICE_EXISTS, "Service '" + current.name() + "' already exists.");
  }

  private void rest(int attempt) {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << attempt);
    try {
      pause.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to try again", e);
    }
  }
}
