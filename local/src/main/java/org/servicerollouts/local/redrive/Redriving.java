package org.servicerollouts.local.redrive;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * Has all that lies in the bucket sent again, what happened first to a service first. An object is
 * deleted once all of it was taken: whatever stops this, it may be run again, and the worst is an
 * event that comes twice, which consumers know by its id.
 */
final class Redriving {
  private static final int SERVICES_NAMED = 3;

  private final FailureBucket bucket;
  private final PublishEvents function;
  private final Consumer<String> out;

  /**
   * @param out takes a line for each object, and one at the end
   */
  Redriving(FailureBucket bucket, PublishEvents function, Consumer<String> out) {
    this.bucket = bucket;
    this.function = function;
    this.out = out;
  }

  /**
   * An object by what must be known before its turn; what it holds is read again then, since all of
   * them may be more than memory has room for.
   *
   * @param services the names of those that it tells of
   */
  private record Found(String key, BigInteger place, int events, SortedSet<String> services) {
    @Override
    public String toString() {
      int others = services.size() - SERVICES_NAMED;
      return key
          + ": "
          + counted(events, "event")
          + " of "
          + services.stream().limit(SERVICES_NAMED).collect(joining(", "))
          + (others > 0 ? " and " + others + " more" : "");
    }
  }

  /** Tells what there is to send. */
  void show() {
    List<Found> found = found();
    found.forEach(object -> out.accept(object.toString()));
    out.accept(total(found) + " to send");
  }

  /**
   * Sends it. Where one object could not be sent, the later ones that tell of a service of its are
   * left too, so that nothing overtakes.
   *
   * @return whether nothing is left that could not be sent
   */
  boolean run() {
    List<Found> sent = new ArrayList<>();
    List<Found> left = new ArrayList<>();
    Set<String> late = new HashSet<>();
    for (Found object : found()) {
      Optional<String> problem =
          Collections.disjoint(object.services(), late)
              ? send(object)
              : Optional.of("earlier events of the same service were not sent");
      problem.ifPresent(why -> late.addAll(object.services()));
      (problem.isPresent() ? left : sent).add(object);
      out.accept(object + ": " + problem.map(why -> "left, " + why).orElse("sent"));
    }
    out.accept(total(sent) + " sent" + (left.isEmpty() ? "" : ", " + total(left) + " left"));
    return left.isEmpty();
  }

  /** Why not all of it was taken, if so; what another run has sent meanwhile is sent. */
  private Optional<String> send(Found object) {
    Optional<String> problem =
        bucket
            .find(object.key())
            .flatMap(FailedBatch::of)
            .flatMap(batch -> function.send(batch.event()));
    if (problem.isEmpty()) {
      bucket.delete(object.key());
    }
    return problem;
  }

  /** What is there, in the order in which it must be sent. */
  private List<Found> found() {
    List<Found> found = new ArrayList<>();
    for (String key : bucket.keys()) {
      bucket
          .find(key)
          .ifPresent(
              text ->
                  FailedBatch.of(text)
                      .ifPresentOrElse(
                          batch -> found.add(found(key, batch)),
                          () -> out.accept(key + ": passed over, not what Lambda keeps")));
    }
    found.sort(Comparator.comparing(Found::place).thenComparing(Found::key));
    return found;
  }

  private static Found found(String key, FailedBatch batch) {
    return new Found(key, batch.place(), batch.records().size(), batch.services());
  }

  private static String total(List<Found> objects) {
    int events = objects.stream().mapToInt(Found::events).sum();
    return counted(events, "event") + " of " + counted(objects.size(), "object");
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
