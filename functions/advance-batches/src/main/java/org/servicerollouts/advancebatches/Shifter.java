package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.LambdaVersions;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Target;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.targets.Answer;
import org.servicerollouts.targets.Held;
import org.servicerollouts.targets.LambdaAliases;

/**
 * Brings an alias to where its service's rollout wants it.
 *
 * <p>The alias's RevisionId is read first, the intent second, and then the alias is set on the
 * condition that the RevisionId is still the same: so an intent that has been replaced always loses
 * against the one that replaced it. What was read of the alias counts only for an intent that was
 * known before: of a later one it tells nothing.
 */
final class Shifter {
  /** What one shift takes at most: a read and a write. */
  private static final int CALLS = 2;

  /** Lambda's own advice, by its header Retry-After. */
  private static final Duration AFTER_THROTTLED = Duration.ofSeconds(1);

  private static final Duration AFTER_FAILED = Duration.ofSeconds(5);

  private final ServiceStore store;
  private final LambdaAliases aliases;
  private final Calls calls;

  Shifter(ServiceStore store, LambdaAliases aliases, Calls calls) {
    this.store = store;
    this.aliases = aliases;
    this.calls = calls;
  }

  /** What came of one try. */
  sealed interface Outcome {
    /** The alias is where the intent wants it. */
    record Confirmed(Service service, State.Intent intent) implements Outcome {}

    /**
     * Somebody else has changed the alias.
     *
     * @param found what it holds, in words for people
     */
    record Changed(Service service, State.Intent intent, String found) implements Outcome {}

    /**
     * It could not be read or set.
     *
     * @param pause before it is tried again
     */
    record Failed(Service service, State.Intent intent, String why, Duration pause)
        implements Outcome {}

    /** Nothing is to be done any more for the service as it is now; empty: it is gone. */
    record Over(Optional<Service> service) implements Outcome {}

    /** Somebody else was in between: it is to be tried again. */
    record Again(Service service) implements Outcome {}
  }

  /** The places of one shift; those that it does not use are given back. */
  final class Places implements AutoCloseable {
    private int left = CALLS;

    private Answer call(Supplier<Answer> call) {
      left--;
      return calls.make(call);
    }

    @Override
    public void close() {
      calls.giveBack(left);
    }
  }

  /**
   * Takes the places for one shift.
   *
   * @param notBefore told where there are none: there will be none before that time
   */
  Optional<Places> take(Instant now, Consumer<Instant> notBefore) {
    Optional<Instant> later = calls.take(CALLS, now);
    later.ifPresent(notBefore);
    return later.isPresent() ? Optional.empty() : Optional.of(new Places());
  }

  /** Shifts the target of a service as it was {@code known}, for which places were taken. */
  Outcome shift(Service known, Target.LambdaAlias alias, Places places) {
    if (!calls.mayStill()) {
      return new Outcome.Again(known);
    }
    Answer read = places.call(() -> aliases.read(alias));
    Optional<Service> found = store.find(known.name());
    Optional<State.Intent> intended = found.flatMap(Advances::intent);
    if (intended.isEmpty()) {
      return new Outcome.Over(found);
    }
    Service service = found.get();
    State.Intent intent = intended.get();
    boolean isWhatWasRead =
        intended.equals(Advances.intent(known)) && service.settings().target().equals(alias);
    return switch (read) {
      case Answer.Is is when isWhatWasRead -> shift(service, intent, alias, is.held(), places);
      case Answer.Is is -> new Outcome.Again(service);
      case Answer.Stale stale -> new Outcome.Again(service);
      case Answer.Throttled throttled ->
          new Outcome.Failed(service, intent, throttled.why(), AFTER_THROTTLED);
      case Answer.Failed failed -> failed(service, intent, failed.why());
    };
  }

  private Outcome shift(
      Service service, State.Intent intent, Target.LambdaAlias alias, Held held, Places places) {
    SortedMap<String, Long> wanted = weights(service, intent.to());
    if (held.isExactly(wanted) && wasToldNothingElse(service, intent)) {
      return new Outcome.Confirmed(service, intent);
    }
    if (!isOurs(held, service, intent)) {
      return new Outcome.Changed(
          service, intent, describe(alias, held) + ", which no rollout of this service has set");
    }
    if (!calls.mayStill()) {
      return new Outcome.Again(service);
    }
    return switch (places.call(() -> aliases.set(alias, wanted, held))) {
      case Answer.Is is when is.held().holds(wanted) -> new Outcome.Confirmed(service, intent);
      case Answer.Is is ->
          failed(service, intent, "after UpdateAlias " + describe(alias, is.held()));
      case Answer.Stale stale -> new Outcome.Again(service);
      case Answer.Throttled throttled ->
          new Outcome.Failed(service, intent, throttled.why(), AFTER_THROTTLED);
      case Answer.Failed failed -> failed(service, intent, failed.why());
    };
  }

  private static Outcome failed(Service service, State.Intent intent, String why) {
    return new Outcome.Failed(service, intent, why, AFTER_FAILED);
  }

  /**
   * Whether no other intent may be on its way to the alias from a driver that is slow or was
   * thought to be dead. Where one may, the alias is set even if it is where it is to be: its
   * RevisionId changes, and what is on its way is refused.
   */
  private static boolean wasToldNothingElse(Service service, State.Intent intent) {
    return service.intended().stream().allMatch(intent.to()::equals);
  }

  /** Whether the target is where this service's rollouts have brought it, or may have. */
  private static boolean isOurs(Held held, Service service, State.Intent intent) {
    return intent.overwrites()
        || service.allocation().isEmpty()
        || Stream.concat(service.allocation().stream(), service.intended().stream())
            .anyMatch(ours -> held.holds(weights(service, ours)));
  }

  private static SortedMap<String, Long> weights(Service service, Allocation allocation) {
    return LambdaVersions.weights(allocation, service.versions());
  }

  private static String describe(Target.LambdaAlias alias, Held held) {
    String weights =
        held.weights().entrySet().stream()
            .map(share -> "version " + share.getKey() + " " + Shares.print(share.getValue()) + "%")
            .collect(Collectors.joining(", "));
    return "alias '"
        + alias.aliasName()
        + "' of function '"
        + alias.functionName()
        + "' holds "
        + weights;
  }
}
