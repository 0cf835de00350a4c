package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.UnkindClient.Unkindness.CONFLICT;
import static org.servicerollouts.store.UnkindClient.Unkindness.DONE_BUT_TIMED_OUT;
import static org.servicerollouts.store.UnkindClient.Unkindness.SENT_TWICE;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED_IN_TRANSACTION;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** Some services that all want the same few aliases, and are deleted and undeleted meanwhile. */
class AliasCrowdTest {
  private static final List<ServiceName> SERVICES =
      IntStream.range(0, 6).mapToObj(i -> new ServiceName("svc-" + i + ".example.com")).toList();
  private static final List<Target.LambdaAlias> ALIASES =
      IntStream.range(0, 3).mapToObj(i -> new Target.LambdaAlias("shop-" + i, "live")).toList();
  private static final int CALLERS = 8;
  private static final int CALLS = 40;

  private final Table local = LocalTable.create();
  private final ServiceStore store = new ServiceStore(local);
  private final Contents contents = new Contents(local);
  private final UnkindClient client = new UnkindClient(local.client(), 20261201);
  private final AtomicLong millis = new AtomicLong(Operator.START.toEpochMilli());

  private Instant now() {
    return Instant.ofEpochMilli(millis.incrementAndGet());
  }

  private Callable<List<Problem>> caller(int seed) {
    return () -> {
      Random random = new Random(seed);
      Changes changes =
          new Changes(
              new ServiceStore(new Table(client, local.name()), pause -> {}),
              names -> Alarms.NONE,
              pause -> {});
      List<Problem> refused = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        try {
          call(changes, random);
        } catch (ProblemException e) {
          refused.add(e.problem());
        } catch (SdkException e) {
          // It may be done or not; both are right.
        }
      }
      return refused;
    };
  }

  private void call(Changes changes, Random random) {
    ServiceName name = SERVICES.get(random.nextInt(SERVICES.size()));
    switch (random.nextInt(6)) {
      case 0 -> {
        Event.DeleteService delete =
            new Event.DeleteService(Service.KEPT_DELETED, Operator.SOMEBODY);
        changes.deleteService(name, delete, this::now);
      }
      case 1 ->
          changes.undelete(name, new Event.UndeleteService(Operator.SOMEBODY), true, this::now);
      case 2 -> configure(changes, name, Target.NONE);
      default -> configure(changes, name, ALIASES.get(random.nextInt(ALIASES.size())));
    }
  }

  private void configure(Changes changes, ServiceName name, Target target) {
    changes.configure(
        name,
        Optional.of(target),
        Optional.empty(),
        Optional.empty(),
        true,
        Operator.SOMEBODY,
        this::now);
  }

  private static Optional<Target.LambdaAlias> aliasOf(Service service) {
    return service.settings().target().alias().filter(alias -> !service.isDeleted());
  }

  private void noAliasEverBelongedToTwo() {
    Map<ServiceName, Target.LambdaAlias> owned = new HashMap<>();
    for (Record record : HeadRecords.all(local)) {
      if (record.dynamodb().keys().get(Schema.SK).s().equals(Schema.HEAD)) {
        Service service = Items.service(record.dynamodb().newImage());
        aliasOf(service)
            .ifPresentOrElse(
                alias -> owned.put(service.name(), alias), () -> owned.remove(service.name()));
        assertThat(owned.values()).as("after " + service.last()).doesNotHaveDuplicates();
      }
    }
  }

  private void theItemsTellWhoseEachAliasIs() {
    for (Target.LambdaAlias alias : ALIASES) {
      assertThat(contents.partition(Schema.ownedPartition(alias)))
          .containsExactlyElementsOf(
              SERVICES.stream()
                  .map(store::find)
                  .flatMap(Optional::stream)
                  .filter(service -> aliasOf(service).equals(Optional.of(alias)))
                  .map(service -> Items.owned(service.name(), alias).values())
                  .toList());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAliasBelongsToOneServiceAtATimeAndTheItemsTellToWhich(boolean isUnkind) {
    Operator operator = new Operator(local);
    SERVICES.forEach(operator::traffic);
    if (isUnkind) {
      client
          .often(CONFLICT, 0.2)
          .often(THROTTLED, 0.05)
          .often(THROTTLED_IN_TRANSACTION, 0.05)
          .often(DONE_BUT_TIMED_OUT, 0.1)
          .often(SENT_TWICE, 0.1);
    }

    List<Problem> refused =
        Threads.together(IntStream.range(0, CALLERS).mapToObj(this::caller).toList()).stream()
            .flatMap(List::stream)
            .toList();

    noAliasEverBelongedToTwo();
    theItemsTellWhoseEachAliasIs();
    assertThat(refused)
        .extracting(Problem::message)
        .anyMatch(message -> message.contains("belongs to service "))
        .anyMatch(message -> message.contains("cannot be undeleted"));
  }
}
