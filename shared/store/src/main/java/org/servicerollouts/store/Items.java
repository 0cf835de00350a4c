package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.ConfigBody;
import org.servicerollouts.domain.Delay;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Plan;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Successes;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Turns services and rollouts into items and back. */
public final class Items {
  private Items() {}

  // ---- HEAD

  /** All of a service but its key. */
  static Item attributes(Service service) {
    Service.Identity identity = service.identity();
    Item item =
        Item.empty()
            .with(KIND, identity.kind().name())
            .withText(PRODUCER, Optional.of(identity.producer()).filter(p -> !p.isEmpty()))
            .withFlag(ROLLOUTS_ENABLED, identity.rolloutsEnabled())
            .with(CREATE_TIME, identity.createTime())
            .with(TOTAL, service.total())
            .withText(
                SUCCESSES,
                Optional.of(SuccessLines.printAll(service.successes().kept()))
                    .filter(all -> !all.isEmpty()))
            .withTexts(LATEST_RAISED, latestRaised(service.successes()))
            .withTime(LATEST_UNTIL, service.successes().latest().map(Successes.Latest::until))
            .withItem(RAISED, raised(service.raised()))
            .withItem(DIVIDER, divider(service.settings().target()))
            .withTexts(ALARMS, service.settings().alarms())
            .withItem(VERSIONS, versions(service.versions()))
            .withItems(QUEUE, service.queue().stream().map(Items::queued).toList())
            .withItems(
                INTENDED,
                service.intended().stream()
                    .map(to -> Item.empty().withUnits(TO, to.units()))
                    .toList())
            .withItem(ACTIVE, service.active().map(live -> live(live, service.last().at())))
            .withItem(PLAN, service.plan().map(Items::plan))
            .withTime(KEPT_UNTIL, service.keptUntil())
            .with(LAST_ORD, service.counters().ord())
            .with(MADE, service.counters().made())
            .with(ROLLOUT_IDS, counter(service.counters().rollouts()))
            .with(CONFIG_IDS, counter(service.counters().configs()))
            .with(REVISIONS, service.counters().revisions())
            .with(DOCUMENTS, service.counters().documents())
            .with(V, service.v())
            .with(LAST, happened(service.last()));
    service.allocation().ifPresent(a -> item.withUnits(ALLOCATION, a.units()));
    service.lastGood().ifPresent(g -> item.withUnits(LAST_GOOD, g.units()));
    service.dueAt().ifPresent(at -> item.with(SHARD, shard(service.name())).with(DUE_AT, at));
    return item;
  }

  /** The service that a HEAD item holds. */
  public static Service service(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    Kind kind = Kind.valueOf(item.text(KIND));
    return new Service(
        new Service.Identity(
            Schema.service(item.text(PK)),
            kind,
            item.findText(PRODUCER).orElse(""),
            item.flag(ROLLOUTS_ENABLED),
            item.instant(CREATE_TIME)),
        item.number(TOTAL),
        allocation(kind, item, ALLOCATION),
        shares(item, LAST_GOOD),
        item.findMap(ACTIVE).map(active -> live(kind, active, item.map(LAST).instant(AT))),
        item.maps(QUEUE).stream().map(Items::queued).toList(),
        new Settings(divider(item.findMap(DIVIDER)), item.texts(ALARMS)),
        versions(item.findMap(VERSIONS)),
        item.maps(INTENDED).stream().map(told -> allocation(kind, told, TO).orElseThrow()).toList(),
        raised(item.findMap(RAISED)),
        successes(item),
        item.findMap(PLAN)
            .map(plan -> new Plan(Specs.strategy(plan), plan.flag(HELD), plan.number(SINCE))),
        item.findInstant(KEPT_UNTIL),
        new Service.Counters(
            item.number(LAST_ORD),
            item.numberOrZero(MADE),
            counter(item.map(ROLLOUT_IDS)),
            counter(item.map(CONFIG_IDS)),
            item.integer(REVISIONS),
            item.integer(item.has(DOCUMENTS) ? DOCUMENTS : REVISIONS)),
        item.number(V),
        happened(item.map(LAST)));
  }

  private static Item plan(Plan plan) {
    return Specs.strategy(plan.strategy()).withFlag(HELD, plan.paused()).with(SINCE, plan.since());
  }

  /**
   * @param last when the service last changed, which mostly was a change of this rollout
   */
  private static Item live(Live live, Instant last) {
    Item item =
        Item.empty()
            .with(ID, live.rolloutId())
            .with(SINCE, live.since())
            .with(CREATE_TIME, live.createTime())
            .withTime(START_TIME, unless(live.createTime(), live.startTime()))
            .with(STATE, state(live.state()))
            .with(STRATEGY, Specs.strategy(live.strategy()))
            .withUnits(TARGET, live.target().units())
            .with(MOVED, live.moved())
            .with(BATCH, live.batch())
            .withFlag(REDEPLOYS, live.redeploys())
            .withText(STANDS_FOR, live.standsFor())
            .withDuration(BAKE, live.bake())
            .withItem(GUARD, Specs.guard(live.guard()))
            .withItem(DELAY, live.delay().map(Items::delay))
            .with(VERSION, live.version())
            .withTime(UPDATE_TIME, unless(last, live.updateTime()));
    live.base().ifPresent(base -> item.withUnits(BASE, base.units()));
    live.restores().ifPresent(restores -> item.withUnits(RESTORES, restores.units()));
    return Specs.withWindow(item, live.rollbackWindow());
  }

  private static Optional<Instant> unless(Instant known, Instant time) {
    return Optional.of(time).filter(at -> !at.equals(known));
  }

  private static Live live(Kind kind, Item item, Instant last) {
    return new Live(
        item.text(ID),
        item.number(SINCE),
        item.instant(CREATE_TIME),
        item.findInstant(START_TIME).orElse(item.instant(CREATE_TIME)),
        state(kind, item.map(STATE)),
        Specs.strategy(item.map(STRATEGY)),
        new Shares(item.units(TARGET)),
        allocation(kind, item, BASE),
        shares(item, RESTORES),
        item.number(MOVED),
        item.integer(BATCH),
        item.flag(REDEPLOYS),
        item.findText(STANDS_FOR),
        Specs.window(item),
        item.durationOrZero(BAKE),
        Specs.guard(item.findMap(GUARD)),
        item.findMap(DELAY).map(Items::delay),
        item.numberOrZero(VERSION),
        item.findInstant(UPDATE_TIME).orElse(last));
  }

  private static Item delay(Delay delay) {
    return Item.empty()
        .with(TYPE, delay.kind().name())
        .with(SINCE, delay.since())
        .with(WHY, delay.why());
  }

  private static Delay delay(Item item) {
    return new Delay(Delay.Kind.valueOf(item.text(TYPE)), item.instant(SINCE), item.text(WHY));
  }

  /** As little as can be, since up to {@value Queued#MOST} stand in each batch's write. */
  private static Item queued(Queued queued) {
    Item item =
        pending(queued.state())
            .with(ID, queued.rolloutId())
            .with(SINCE, queued.since())
            .with(CREATE_TIME, queued.createTime())
            .with(VERSION, queued.version())
            .withTime(UPDATE_TIME, unless(queued.createTime(), queued.updateTime()));
    return Specs.withPolicy(item, queued.policy());
  }

  private static Queued queued(Item item) {
    return new Queued(
        item.text(ID),
        item.number(SINCE),
        item.instant(CREATE_TIME),
        pending(item),
        Specs.policy(item),
        item.number(VERSION),
        item.findInstant(UPDATE_TIME).orElse(item.instant(CREATE_TIME)));
  }

  /** What divides the traffic; of a pulled service nothing. */
  private static Optional<Item> divider(Target target) {
    return switch (target) {
      case Target.None none -> Optional.empty();
      case Target.LambdaAlias alias ->
          Optional.of(
              Item.empty()
                  .with(TYPE, LAMBDA_ALIAS)
                  .with(FUNCTION, alias.functionName())
                  .with(ALIAS, alias.aliasName()));
    };
  }

  private static final String LAMBDA_ALIAS = "LAMBDA_ALIAS";

  private static Target divider(Optional<Item> found) {
    return found
        .<Target>map(
            item ->
                switch (item.text(TYPE)) {
                  case LAMBDA_ALIAS ->
                      new Target.LambdaAlias(item.text(FUNCTION), item.text(ALIAS));
                  default -> throw unknown(TYPE, item.text(TYPE));
                })
        .orElse(Target.NONE);
  }

  /** By config its ord; as text with the Lambda version after a space, where it is one. */
  private static Optional<Item> versions(Map<String, Version> versions) {
    Item item = Item.empty();
    versions.forEach(
        (id, version) ->
            version
                .lambdaVersion()
                .ifPresentOrElse(
                    number -> item.with(id, version.ord() + " " + number),
                    () -> item.with(id, version.ord())));
    return Optional.of(item).filter(all -> !versions.isEmpty());
  }

  private static Map<String, Version> versions(Optional<Item> found) {
    Map<String, Version> versions = new HashMap<>();
    found.ifPresent(
        item -> item.values().keySet().forEach(id -> versions.put(id, version(item, id))));
    return versions;
  }

  private static Version version(Item item, String id) {
    if (item.findText(id).isEmpty()) {
      return new Version(item.number(id), Optional.empty());
    }
    String[] parts = item.text(id).split(" ", 2);
    return new Version(Long.parseLong(parts[0]), Optional.of(parts[1]));
  }

  private static final String NONE_RAISED = "!";

  /** Nothing where the newest success raised all that it went to, as most do. */
  private static List<String> latestRaised(Successes successes) {
    Set<String> raised = successes.latest().map(Successes.Latest::raised).orElse(Set.of());
    if (raised.equals(goesTo(successes.kept()))) {
      return List.of();
    }
    return raised.isEmpty() ? List.of(NONE_RAISED) : raised.stream().sorted().toList();
  }

  private static Set<String> goesTo(List<Success> kept) {
    return kept.stream()
        .findFirst()
        .map(newest -> newest.target().units().keySet())
        .orElse(Set.of());
  }

  private static Successes successes(Item item) {
    List<Success> kept = item.findText(SUCCESSES).map(SuccessLines::parseAll).orElse(List.of());
    List<String> written = item.texts(LATEST_RAISED);
    Set<String> raised =
        written.isEmpty()
            ? goesTo(kept)
            : written.equals(List.of(NONE_RAISED)) ? Set.of() : Set.copyOf(written);
    return new Successes(
        kept, item.findInstant(LATEST_UNTIL).map(until -> new Successes.Latest(raised, until)));
  }

  private static Optional<Item> raised(Map<String, Instant> raised) {
    Item item = Item.empty();
    raised.forEach(item::with);
    return Optional.of(item).filter(all -> !raised.isEmpty());
  }

  private static Map<String, Instant> raised(Optional<Item> found) {
    Map<String, Instant> raised = new HashMap<>();
    found.ifPresent(item -> item.values().keySet().forEach(id -> raised.put(id, item.instant(id))));
    return raised;
  }

  private static Item counter(Ids.Counter counter) {
    return Item.empty().with(DAY, counter.day().toString()).with(NEXT, counter.next());
  }

  private static Ids.Counter counter(Item item) {
    return new Ids.Counter(LocalDate.parse(item.text(DAY)), item.integer(NEXT));
  }

  // ---- state

  private static Item state(State state) {
    Item item = Item.empty().with(TYPE, stateType(state));
    return switch (state) {
      case State.Pending pending -> pending(pending).with(TYPE, PENDING);
      case State.Applying applying -> item.with(INTENT, intent(applying.intent()));
      case State.Waiting waiting -> item.with(DONE_AT, waiting.doneAt()).with(NEXT, waiting.next());
      case State.Held held -> item.with(DONE_AT, held.doneAt());
      case State.Baking baking -> item.with(UNTIL, baking.until());
      case State.Paused paused ->
          item.with(REST, rest(paused.rest()))
              .withItem(INTENT, paused.intent().map(Items::intent))
              .withText(CHANGED, paused.changed());
      case State.RollingBack back ->
          item.with(INTENT, intent(back.intent())).with(REASON, back.why());
      case State.Ended ended ->
          item.with(STATUS, ended.status().name())
              .withText(REASON, ended.reason())
              .with(AT, ended.at());
    };
  }

  private static final String PENDING = "PENDING";
  private static final String APPLYING = "APPLYING";
  private static final String WAITING = "WAITING";
  private static final String HOLDING = "HELD";
  private static final String BAKING = "BAKING";
  private static final String PAUSED = "PAUSED";
  private static final String ROLLING_BACK = "ROLLING_BACK";
  private static final String ENDED = "ENDED";

  private static String stateType(State state) {
    return switch (state) {
      case State.Pending p -> PENDING;
      case State.Applying a -> APPLYING;
      case State.Waiting w -> WAITING;
      case State.Held h -> HOLDING;
      case State.Baking b -> BAKING;
      case State.Paused p -> PAUSED;
      case State.RollingBack r -> ROLLING_BACK;
      case State.Ended e -> ENDED;
    };
  }

  private static State state(Kind kind, Item item) {
    return switch (item.text(TYPE)) {
      case PENDING -> pending(item);
      case APPLYING -> new State.Applying(intent(kind, item.map(INTENT)));
      case WAITING -> new State.Waiting(item.instant(DONE_AT), item.instant(NEXT));
      case HOLDING -> new State.Held(heldSince(item));
      case BAKING -> new State.Baking(item.instant(UNTIL));
      case PAUSED ->
          new State.Paused(
              rest(item.map(REST)),
              item.findMap(INTENT).map(i -> intent(kind, i)),
              item.findText(CHANGED));
      case ROLLING_BACK -> new State.RollingBack(intent(kind, item.map(INTENT)), item.text(REASON));
      case ENDED ->
          new State.Ended(
              Status.valueOf(item.text(STATUS)), item.findText(REASON), item.instant(AT));
      default -> throw unknown(TYPE, item.text(TYPE));
    };
  }

  private static Item pending(State.Pending pending) {
    return Item.empty()
        .with(WAITS_FOR, pending.waitsFor().name())
        .withFlag(HELD, pending.held())
        .withTime(UNTIL, pending.until())
        .withText(REASON, pending.why());
  }

  private static State.Pending pending(Item item) {
    return new State.Pending(
        State.WaitsFor.valueOf(item.text(WAITS_FOR)),
        item.flag(HELD),
        item.findInstant(UNTIL),
        item.findText(REASON));
  }

  private static Item rest(State.Rest rest) {
    return switch (rest) {
      case State.Rest.Wait wait ->
          Item.empty().with(TYPE, WAITING).with(DONE_AT, wait.doneAt()).with(LEFT, wait.left());
      case State.Rest.Hold hold -> Item.empty().with(TYPE, HOLDING).with(DONE_AT, hold.doneAt());
      case State.Rest.Bake bake -> Item.empty().with(TYPE, BAKING).with(LEFT, bake.left());
    };
  }

  private static State.Rest rest(Item item) {
    return switch (item.text(TYPE)) {
      case WAITING -> new State.Rest.Wait(item.instant(DONE_AT), item.duration(LEFT));
      case HOLDING -> new State.Rest.Hold(heldSince(item));
      case BAKING -> new State.Rest.Bake(item.duration(LEFT));
      default -> throw unknown(TYPE, item.text(TYPE));
    };
  }

  /** Items of earlier builds do not tell: then long enough ago for whatever comes next. */
  private static Instant heldSince(Item item) {
    return item.findInstant(DONE_AT).orElse(Instant.EPOCH);
  }

  private static Item intent(State.Intent intent) {
    return Item.empty()
        .withUnits(TO, intent.to().units())
        .with(MOVED, intent.moved())
        .with(SINCE, intent.since())
        .withFlag(OVERWRITES, intent.overwrites())
        .withItem(THEN, intent.then().map(Items::rest));
  }

  private static State.Intent intent(Kind kind, Item item) {
    return new State.Intent(
        allocation(kind, item, TO).orElseThrow(),
        item.number(MOVED),
        item.instant(SINCE),
        item.flag(OVERWRITES),
        item.findMap(THEN).map(Items::rest));
  }

  // ---- last

  static Item happened(Happened happened) {
    List<AttributeValue> rollouts =
        happened.rollouts().stream()
            .map(
                c -> Item.empty().with(ID, c.rolloutId()).with(STATUS, c.status().name()).asValue())
            .toList();
    return Item.empty()
        .with(WHAT, happened.what().name())
        .with(AT, happened.at())
        .with(WHO, happened.cause().who())
        .withText(WHY, happened.cause().why())
        .withFlag(BY_DRIVER, happened.cause().driver())
        .withText(VERB, happened.verb().map(Event.Verb::name))
        .with(ROLLOUTS, AttributeValue.fromL(rollouts));
  }

  private static Happened happened(Item item) {
    List<Happened.Change> rollouts =
        item.required(ROLLOUTS).l().stream()
            .map(value -> Item.reading(value.m()))
            .map(c -> new Happened.Change(c.text(ID), Status.valueOf(c.text(STATUS))))
            .toList();
    return new Happened(
        Happened.What.valueOf(item.text(WHAT)),
        item.instant(AT),
        new Cause(item.text(WHO), item.findText(WHY), item.flag(BY_DRIVER)),
        item.findText(VERB).map(Event.Verb::valueOf),
        rollouts);
  }

  // ---- rollouts

  /** A rollout with its key, as the change that made {@code service} makes it. */
  static Item rollout(Service service, Rollout rollout) {
    Item percentages = Item.empty();
    rollout.percentages().forEach((id, percent) -> percentages.with(id, Double.toString(percent)));
    Item item =
        Item.of(Schema.rollout(service.name(), rollout.id()))
            .with(ORD, ord(ROLLOUT_PREFIX, rollout.ord()))
            .with(SINCE, rollout.since())
            .with(KIND, service.kind().name())
            .with(CREATE_TIME, rollout.createTime())
            .with(CREATED_BY, rollout.createdBy())
            .with(PERCENTAGES, percentages);
    item.values().putAll(Specs.spec(rollout.spec()).values());
    item.values()
        .putAll(
            standing(
                    rollout.status(),
                    rollout.reason(),
                    rollout.lastStrategy(),
                    rollout.base(),
                    rollout.restores(),
                    rollout.progress(),
                    rollout.updateTime(),
                    rollout.version())
                .values());
    return item;
  }

  /** The part of a kept rollout that changes, as it is to be. */
  static Item standing(Write.RolloutChanged changed) {
    Live live = changed.live();
    return standing(
        live.status(),
        live.reason(),
        live.strategy(),
        live.base(),
        live.restores(),
        changed.progress(),
        changed.at(),
        live.version());
  }

  /** The part of a kept rollout that changes when it ends without having started. */
  static Item dropped(Write.RolloutDropped dropped) {
    return Item.empty()
        .with(STATUS, Status.CANCELLED.name())
        .with(REASON, dropped.why())
        .with(UPDATE_TIME, dropped.at())
        .with(VERSION, dropped.version());
  }

  private static Item standing(
      Status status,
      Optional<String> reason,
      Strategy lastStrategy,
      Optional<Allocation> base,
      Optional<Shares> restores,
      Progress progress,
      Instant updateTime,
      long version) {
    Item item =
        Item.empty()
            .with(STATUS, status.name())
            .withText(REASON, reason)
            .with(LAST_STRATEGY, Specs.strategy(lastStrategy))
            .with(UPDATE_TIME, updateTime)
            .with(VERSION, version)
            .with(MOVED, progress.moved())
            .with(DISTANCE, progress.distance())
            .with(BATCH, progress.batch())
            .with(BATCHES, progress.batches());
    base.ifPresent(found -> item.withUnits(BASE, found.units()));
    restores.ifPresent(to -> item.withUnits(RESTORES, to.units()));
    return item;
  }

  static Rollout rollout(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new Rollout(
        item.text(SK).substring(ROLLOUT_PREFIX.length()),
        Long.parseLong(item.text(ORD).substring(ROLLOUT_PREFIX.length())),
        item.number(SINCE),
        item.instant(CREATE_TIME),
        item.text(CREATED_BY),
        Specs.spec(item),
        Status.valueOf(item.text(STATUS)),
        item.findText(REASON),
        Specs.strategy(item.map(LAST_STRATEGY)),
        allocation(Kind.valueOf(item.text(KIND)), item, BASE),
        shares(item, RESTORES),
        new Progress(
            item.number(MOVED), item.number(DISTANCE), item.integer(BATCH), item.integer(BATCHES)),
        item.instant(UPDATE_TIME),
        item.numberOrZero(VERSION));
  }

  // ---- configs, documents, operations, history

  static Item header(ServiceName service, Config config) {
    return Item.of(Schema.config(service, config.id()))
        .with(ORD, ord(CONFIG_PREFIX, config.ord()))
        .with(CREATE_TIME, config.createTime())
        .with(CREATED_BY, config.createdBy())
        .with(TITLE, config.title())
        .withText(LAMBDA_VERSION, config.lambdaVersion());
  }

  /** Of a config's header what the service must know. */
  static Version version(Map<String, AttributeValue> header) {
    Item item = Item.reading(header);
    return new Version(header(header).ord(), item.findText(LAMBDA_VERSION));
  }

  static ConfigHeader header(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new ConfigHeader(
        item.text(SK).substring(CONFIG_PREFIX.length()),
        Long.parseLong(item.text(ORD).substring(CONFIG_PREFIX.length())),
        item.instant(CREATE_TIME),
        item.text(CREATED_BY),
        item.text(TITLE));
  }

  /** How long the body of a config that is not kept stays readable in its operation. */
  private static final Duration KEPT_VALIDATED = Duration.ofDays(1);

  private static final String SERVICE_CREATED = "CREATE_SERVICE";
  private static final String SERVICE_DELETED = "DELETE_SERVICE";
  private static final String SERVICE_UNDELETED = "UNDELETE_SERVICE";
  private static final String CONFIG_SUBMITTED = "SUBMIT_CONFIG";
  private static final String CONFIG_VALIDATED = "VALIDATE_CONFIG";

  static Item operation(ServiceOperation operation) {
    Item item =
        Item.of(Schema.operation(operation.service(), operation.ord()))
            .with(PRODUCER, operation.producer())
            .with(AT, operation.startTime());
    return switch (operation.done()) {
      case ServiceOperation.ServiceCreated done -> item.with(TYPE, SERVICE_CREATED);
      case ServiceOperation.ServiceDeleted done -> item.with(TYPE, SERVICE_DELETED);
      case ServiceOperation.ServiceUndeleted done -> item.with(TYPE, SERVICE_UNDELETED);
      case ServiceOperation.ConfigSubmitted done ->
          item.with(TYPE, CONFIG_SUBMITTED).with(CONFIG, done.configId());
      case ServiceOperation.ConfigValidated done -> item.with(TYPE, CONFIG_VALIDATED);
    };
  }

  static ServiceOperation operation(ServiceName service, Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new ServiceOperation(
        service,
        Long.parseLong(item.text(SK).substring(OPERATION_PREFIX.length())),
        done(item),
        item.text(PRODUCER),
        item.instant(AT));
  }

  static Item configBody(ServiceName service, Config config) {
    return bodyItem(body(service, config.id()), config.whole());
  }

  private static Item bodyItem(Map<String, AttributeValue> key, ConfigBody body) {
    return Item.of(key)
        .with(BODY, body.json())
        .withItems(
            DIAGNOSTICS,
            body.diagnostics().stream()
                .map(d -> Item.empty().with(LOCATION, d.location()).with(MESSAGE, d.message()))
                .toList());
  }

  static ConfigBody configBody(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new ConfigBody(
        item.text(BODY),
        item.maps(DIAGNOSTICS).stream()
            .map(d -> new Diagnostic(d.text(LOCATION), d.text(MESSAGE)))
            .toList());
  }

  static Item validated(ServiceName service, Write.ValidatedConfigKept kept) {
    return bodyItem(operationBody(service, kept.ord()), kept.body())
        .with(TTL, kept.at().plus(KEPT_VALIDATED).getEpochSecond());
  }

  private static ServiceOperation.Done done(Item item) {
    return switch (item.text(TYPE)) {
      case SERVICE_CREATED -> new ServiceOperation.ServiceCreated();
      case SERVICE_DELETED -> new ServiceOperation.ServiceDeleted();
      case SERVICE_UNDELETED -> new ServiceOperation.ServiceUndeleted();
      case CONFIG_SUBMITTED -> new ServiceOperation.ConfigSubmitted(item.text(CONFIG));
      case CONFIG_VALIDATED -> new ServiceOperation.ConfigValidated();
      default -> throw unknown(TYPE, item.text(TYPE));
    };
  }

  /** What tells that {@code request} has been done. */
  static Item done(ServiceName service, Request request, String rolloutId, Instant now) {
    return Item.of(Schema.done(service, request))
        .with(HASH, request.hash())
        .with(ROLLOUT, rolloutId)
        .with(TTL, now.plus(Request.KNOWN).getEpochSecond());
  }

  static Known.Done done(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new Known.Done(item.text(HASH), item.text(ROLLOUT));
  }

  /** Whether it counts no longer: TTL is only the broom. */
  static boolean isExpired(Map<String, AttributeValue> values, Instant now) {
    return Item.reading(values).number(TTL) < now.getEpochSecond();
  }

  /** A line of the list of services. */
  static Item listed(Service service) {
    return Item.of(Schema.listed(service.name()))
        .withText(PRODUCER, Optional.of(service.identity().producer()).filter(p -> !p.isEmpty()));
  }

  /** That an alias belongs to a service. */
  static Item owned(ServiceName service, Target.LambdaAlias alias) {
    return Item.of(Schema.owned(alias)).with(OWNER, service.value());
  }

  static ServiceName owner(Map<String, AttributeValue> values) {
    return new ServiceName(Item.reading(values).text(OWNER));
  }

  static Item history(Service service) {
    Item item = Item.of(Schema.history(service.name(), service.v()));
    item.values().putAll(happened(service.last()).values());
    return item;
  }

  static HistoryRow history(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new HistoryRow(
        Long.parseLong(item.text(SK).substring(HISTORY_PREFIX.length())), happened(item));
  }

  // ---- parts

  private static Optional<Allocation> allocation(Kind kind, Item item, String name) {
    if (!item.has(name)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (kind) {
          case TRAFFIC -> new Shares(item.units(name));
          case REPLICA -> new Replicas(item.units(name));
        });
  }

  private static Optional<Shares> shares(Item item, String name) {
    return item.has(name) ? Optional.of(new Shares(item.units(name))) : Optional.empty();
  }

  static IllegalStateException unknown(String name, String value) {
    return new IllegalStateException(
        "attribute " + name + ": " + value + " is none that this version knows");
  }
}
