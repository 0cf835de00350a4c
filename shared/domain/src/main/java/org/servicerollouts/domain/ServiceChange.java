package org.servicerollouts.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Changes of a service that are no move of a rollout: its configs, its plan, its revisions. */
public final class ServiceChange {
  private ServiceChange() {}

  /**
   * With one more config.
   *
   * @param id its id; empty: the next of {@code YYYY-MM-DDrN}
   * @param config makes it from its id and ord
   */
  public static Decision configCreated(
      Service service,
      Optional<String> id,
      BiFunction<String, Long, Config> config,
      Cause cause,
      Instant now) {
    Service.Counters counters = service.counters().nextOrd(now);
    String named = id.orElseGet(() -> service.counters().configs().id(now));
    Service counted =
        service.withCounters(
            id.isPresent() ? counters.givenConfigId(named, now) : counters.usedConfigId(now));
    Config created = config.apply(named, counters.ord());
    return new Decision.Changed(
        counted.happened(new Happened(Happened.What.CONFIG_CREATED, now, cause, List.of())),
        List.of(new Write.ConfigCreated(created)));
  }

  /** With one more config, made of sources, and the operation that tells of it. */
  public static Decision configSubmitted(
      Service service,
      Optional<String> id,
      BiFunction<String, Long, Config> config,
      Cause cause,
      Instant now) {
    return switch (configCreated(service, id, config, cause, now)) {
      case Decision.Changed created -> {
        String made = id.orElseGet(() -> created.next().counters().configs().last());
        yield withOperation(created, new ServiceOperation.ConfigSubmitted(made), now);
      }
      case Decision.Unchanged unchanged -> unchanged;
      case Decision.Refused refused -> refused;
    };
  }

  /**
   * With the operation that tells that sources make a config, which is not kept as one. An id that
   * is given must be free all the same.
   */
  public static Decision configValidated(
      Service service,
      Optional<String> id,
      BiFunction<String, Long, Config> config,
      Cause cause,
      Instant now) {
    Happened checked = new Happened(Happened.What.CONFIG_VALIDATED, now, cause, List.of());
    Decision.Changed changed =
        withOperation(
            new Decision.Changed(service.happened(checked), List.of()),
            new ServiceOperation.ConfigValidated(),
            now);
    long ord = changed.next().counters().ord();
    String named = id.orElseGet(() -> service.counters().configs().id(now));
    return changed.with(
        new Write.ConfigIdFree(named),
        new Write.ValidatedConfigKept(ord, config.apply(named, ord).whole(), now));
  }

  /** The same with an operation that tells of it. */
  static Decision.Changed withOperation(
      Decision.Changed changed, ServiceOperation.Done done, Instant now) {
    Service.Counters counters = changed.next().counters().nextOrd(now);
    Service.Identity identity = changed.next().identity();
    ServiceOperation operation =
        new ServiceOperation(identity.name(), counters.ord(), done, identity.producer(), now);
    return new Decision.Changed(changed.next().withCounters(counters), changed.writes())
        .with(new Write.OperationCreated(operation));
  }

  /**
   * With a rollout plan, under which each later update makes a rollout.
   *
   * @param paused whether that rollout waits for approval
   */
  public static Decision planCreated(
      Service service, Strategy strategy, boolean paused, Cause cause, Instant now) {
    if (!service.identity().rolloutsEnabled()) {
      return new Decision.Refused(
          Problem.of(
              Problem.Kind.ROLLOUTS_NOT_ENABLED,
              "Service '"
                  + service.name()
                  + "' was created without features.\"eas.aliyun.com/enable-rollout\": \"true\", so"
                  + " it takes no rollout plan."));
    }
    if (service.plan().isPresent()) {
      return new Decision.Refused(
          Problem.of(
              Problem.Kind.PLAN_EXISTS,
              "Service '" + service.name() + "' has a rollout plan already."));
    }
    Plan plan = new Plan(strategy, paused, service.v() + 1);
    return new Decision.Changed(
        service
            .withPlan(Optional.of(plan))
            .happened(new Happened(Happened.What.PLAN_CREATED, now, cause, List.of())),
        List.of());
  }

  /**
   * With one more revision, and a rollout to it under the plan, at once without one.
   *
   * @param total how many replicas there are to be; scaling and the new revision are one change
   * @param revision makes its config from its id and ord
   * @param document the service JSON as it is to be
   * @param alarms what was just read of the service's
   */
  public static Decision revised(
      Service service,
      long total,
      BiFunction<String, Long, Config> revision,
      String document,
      Alarms alarms,
      Cause cause,
      Instant now) {
    Decision scaling = StateMachine.decide(service, new Event.Scale(total, cause), now);
    if (scaling instanceof Decision.Refused) {
      return scaling;
    }
    Optional<Decision.Changed> scaled =
        scaling instanceof Decision.Changed changed ? Optional.of(changed) : Optional.empty();
    Service before = scaled.map(s -> s.next().asOf(service)).orElse(service);
    Service.Counters counters = before.counters().nextOrd(now).nextRevision();
    String id = Service.revision(service.name(), counters.revisions());
    Version version = new Version(counters.ord(), Optional.empty());
    Event.Create update = Event.Create.update(id, Optional.of(version), cause);
    return switch (StateMachine.decide(before.withCounters(counters), update, alarms, now)) {
      case Decision.Changed created ->
          created
              .after(scaled)
              .with(
                  new Write.ConfigCreated(revision.apply(id, counters.ord())),
                  new Write.DocumentSaved(document, counters.documents()));
      case Decision.Unchanged unchanged -> unchanged;
      case Decision.Refused refused -> refused;
    };
  }

  /**
   * With a rollout to a revision that it had before, under the plan, at once without one.
   *
   * @param version of that revision what the service must know
   * @param document the service JSON of that revision
   * @param alarms what was just read of the service's
   */
  public static Decision reverted(
      Service service,
      String revision,
      Optional<Version> version,
      String document,
      Alarms alarms,
      Cause cause,
      Instant now) {
    Service saved = service.withCounters(service.counters().nextDocument());
    Event.Create update = Event.Create.update(revision, version, cause);
    return switch (StateMachine.decide(saved, update, alarms, now)) {
      case Decision.Changed created ->
          created.with(new Write.DocumentSaved(document, saved.counters().documents()));
      case Decision.Unchanged unchanged -> unchanged;
      case Decision.Refused refused -> refused;
    };
  }

  /**
   * With another target, or other alarms, for every rollout from now on.
   *
   * @param target empty: as it is
   * @param alarms empty: as they are
   * @param etag the service's {@code v} that the caller knows; with another it is refused
   * @param read what was just read of {@code alarms}
   */
  public static Decision configured(
      Service service,
      Optional<Target> target,
      Optional<List<String>> alarms,
      Optional<String> etag,
      Alarms read,
      Cause cause,
      Instant now) {
    Settings settings =
        new Settings(
            target.orElse(service.settings().target()), alarms.orElse(service.settings().alarms()));
    if (service.live().isPresent()) {
      return new Decision.Refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Service '"
                  + service.name()
                  + "' cannot be changed while rollout '"
                  + service.live().get().rolloutId()
                  + "' is on its way."));
    }
    Optional<Problem> misfit =
        Refusals.staleEtag("Service '" + service.name() + "'", etag, service.v())
            .or(
                () ->
                    alarms
                        .filter(names -> read.unreadable().isEmpty())
                        .flatMap(names -> unknown(names, read)))
            .or(() -> misfit(service, settings.target()));
    if (misfit.isPresent()) {
      return new Decision.Refused(misfit.get());
    }
    return settings.equals(service.settings())
        ? new Decision.Unchanged()
        : new Decision.Changed(
            service
                .withSettings(settings)
                .happened(new Happened(Happened.What.SERVICE_CONFIGURED, now, cause, List.of())),
            moved(service.settings().target(), settings.target()));
  }

  private static List<Write> moved(Target before, Target after) {
    return before.equals(after)
        ? List.of()
        : Stream.concat(released(before).stream(), taken(after).stream()).toList();
  }

  /** The change that gives {@code target} to the service. */
  static List<Write> taken(Target target) {
    return target.alias().<Write>map(Write.TargetTaken::new).stream().toList();
  }

  /** The change that takes {@code target} from the service. */
  static List<Write> released(Target target) {
    return target.alias().<Write>map(Write.TargetReleased::new).stream().toList();
  }

  private static Optional<Problem> unknown(List<String> names, Alarms read) {
    return names.stream()
        .filter(name -> !read.found().containsKey(name))
        .findFirst()
        .map(name -> Problem.invalid("alarms", name, "an alarm of this account and Region"));
  }

  /** What the service is divided among must be something that the target can hold. */
  private static Optional<Problem> misfit(Service service, Target target) {
    return switch (target) {
      case Target.None none -> Optional.empty();
      case Target.LambdaAlias alias when service.kind() == Kind.REPLICA ->
          Optional.of(
              new Problem(
                  Problem.Kind.WRONG_SERVICE_TYPE,
                  "target: lambdaAlias (expected: none, since service '"
                      + service.name()
                      + "' is divided by replicas)",
                  Optional.of("target")));
      case Target.LambdaAlias alias ->
          Stream.of(service.allocation(), service.lastGood())
              .flatMap(Optional::stream)
              .flatMap(
                  division ->
                      LambdaVersions.refusal(
                          "allocation", division.units().keySet(), service.versions())
                          .stream())
              .findFirst();
    };
  }
}
