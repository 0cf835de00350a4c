package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What stands between a rollout and its next batch.
 *
 * @param windows when batches may start; none: always
 * @param emergency why it passes its windows, if it does
 * @param alarms the names of the alarms that stop it and take it back
 * @param overridden why it was started although alarms were in ALARM, if it was
 * @param ignored of the alarms those that were overridden and have not been OK since
 * @param insufficientData what an alarm without data means
 * @param progressDeadline how long a target may keep failing, and, with {@link
 *     Unreadable#ROLLBACK}, alarms may stay unreadable, before the rollout goes back
 * @param whenUnreadable what it means that alarms cannot be read
 */
public record Guard(
    List<Window> windows,
    Optional<String> emergency,
    List<String> alarms,
    Optional<String> overridden,
    List<String> ignored,
    InsufficientData insufficientData,
    Duration progressDeadline,
    Unreadable whenUnreadable) {

  /** The most alarms of one rollout, its service's counted in. */
  public static final int MAX_ALARMS = 10;

  public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

  /**
   * What an alarm means that has no data.
   *
   * @param holds whether no batch starts and no bake ends meanwhile
   * @param minimumTime after how long without data, since the last batch, it goes on all the same;
   *     empty: never
   */
  public record InsufficientData(boolean holds, Optional<Duration> minimumTime) {
    public static final InsufficientData PROCEED = new InsufficientData(false, Optional.empty());
  }

  /**
   * What alarms that cannot be read do to a rollout. Both let no batch start and no bake end: an
   * outage of CloudWatch takes every service's alarms away at once.
   */
  public enum Unreadable {
    /** It waits until they can be read. */
    HOLD,
    /** It goes back after its progressDeadline. */
    ROLLBACK
  }

  /** Nothing does. */
  public static final Guard NONE =
      new Guard(
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of(),
          InsufficientData.PROCEED,
          DEFAULT_DEADLINE,
          Unreadable.HOLD);

  public Guard {
    windows = List.copyOf(windows);
    alarms = List.copyOf(new TreeSet<>(alarms));
    ignored = List.copyOf(new TreeSet<>(ignored));
    requireNonNull(insufficientData, "insufficientData is null");
    requireNonNull(whenUnreadable, "whenUnreadable is null");
    if (windows.size() > Window.MOST) {
      throw Problem.invalid("allowedWindows", windows.size() + " windows", "at most " + Window.MOST)
          .exception();
    }
    if (alarms.size() > MAX_ALARMS) {
      throw tooManyAlarms(alarms.size()).exception();
    }
    if (progressDeadline.isNegative() || progressDeadline.isZero()) {
      throw Problem.invalid("progressDeadline", progressDeadline, "more than 0").exception();
    }
  }

  static Problem tooManyAlarms(int count) {
    return Problem.invalid(
        "alarms", count + " alarms", "at most " + MAX_ALARMS + ", those of the service counted in");
  }

  /** The first moment at or after {@code at} at which a batch may start. */
  Instant opens(Instant at) {
    return openings().from(at);
  }

  /** Its windows, to be asked often; an emergency passes them. */
  Openings openings() {
    return new Openings(emergency.isPresent() ? List.of() : windows);
  }

  boolean isOpen(Instant at) {
    return opens(at).equals(at);
  }

  /** With the alarms of the service too. */
  Guard watching(List<String> more) {
    Set<String> all = new TreeSet<>(alarms);
    all.addAll(more);
    return with(emergency, List.copyOf(all), overridden, ignored);
  }

  /** Passing its windows. */
  Guard inEmergency(String why) {
    return with(Optional.of(why), alarms, overridden, ignored);
  }

  /** Passing, when it starts, the alarms that keep it from that. */
  Guard overriddenBecause(String why) {
    return with(emergency, alarms, Optional.of(why), ignored);
  }

  /** With those in ALARM, and those that are gone, ignored until they have been OK. */
  Guard overriding(String why, Alarms read) {
    List<String> gone = gone(read);
    return with(
        emergency,
        alarms,
        Optional.of(why),
        ignoredToo(name -> is(read, name, Alarms.State.ALARM) || gone.contains(name)));
  }

  /** With all ignored until they have been OK that would keep it from starting now. */
  Guard ignoringWhatBars(Alarms read) {
    return with(
        emergency,
        alarms,
        overridden,
        ignoredToo(name -> !read.found().containsKey(name) || is(read, name, Alarms.State.ALARM)));
  }

  private List<String> ignoredToo(Predicate<String> more) {
    Set<String> all = new TreeSet<>(ignored);
    all.addAll(alarms.stream().filter(more).toList());
    return List.copyOf(all);
  }

  /** The same, no longer ignoring what is OK now. */
  Guard after(Alarms read) {
    List<String> still = ignored.stream().filter(name -> !is(read, name, Alarms.State.OK)).toList();
    return still.equals(ignored) ? this : with(emergency, alarms, overridden, still);
  }

  private Guard with(
      Optional<String> nextEmergency,
      List<String> nextAlarms,
      Optional<String> why,
      List<String> nextIgnored) {
    return new Guard(
        windows,
        nextEmergency,
        nextAlarms,
        why,
        nextIgnored,
        insufficientData,
        progressDeadline,
        whenUnreadable);
  }

  /** Those that count: it waits for these, and they take it back. */
  private List<String> counting() {
    return alarms.stream().filter(name -> !ignored.contains(name)).toList();
  }

  /** Why those that count cannot all be read: CloudWatch does not answer, or one is gone. */
  Optional<String> unreadable(Alarms read) {
    if (counting().isEmpty()) {
      return Optional.empty();
    }
    return read.unreadable()
        .or(
            () ->
                Optional.of(gone(read))
                    .filter(names -> !names.isEmpty())
                    .map(
                        names ->
                            "there is no alarm '"
                                + String.join("', '", names)
                                + "' in this account and Region any more"));
  }

  private List<String> gone(Alarms read) {
    return read.unreadable().isPresent()
        ? List.of()
        : counting().stream().filter(name -> !read.found().containsKey(name)).toList();
  }

  /** Those in ALARM that count, in words for people. */
  Optional<String> firing(Alarms read) {
    String firing =
        counting().stream()
            .filter(name -> is(read, name, Alarms.State.ALARM))
            .map(name -> inAlarm(name, read.found().get(name)))
            .collect(Collectors.joining("; "));
    return Optional.of(firing).filter(text -> !text.isEmpty());
  }

  static String inAlarm(String name, Alarms.Reading reading) {
    return "alarm '"
        + name
        + "' is in ALARM since "
        + reading.since()
        + (reading.why().isEmpty() ? "" : " (" + reading.why() + ")");
  }

  /**
   * Which alarms have no data, if it holds for that.
   *
   * @param since from when on the time without data counts
   */
  Optional<String> holdsForData(Alarms read, Instant since, Instant now) {
    List<String> silent = withoutData(read);
    boolean isOver =
        insufficientData.minimumTime().filter(time -> !now.isBefore(since.plus(time))).isPresent();
    return insufficientData.holds() && !isOver && !silent.isEmpty() && read.unreadable().isEmpty()
        ? Optional.of("no data: alarm '" + String.join("', '", silent) + "'")
        : Optional.empty();
  }

  /** Those that have no data; those that it ignores have not been OK either. */
  private List<String> withoutData(Alarms read) {
    return counting().stream()
        .filter(name -> is(read, name, Alarms.State.INSUFFICIENT_DATA))
        .toList();
  }

  private static boolean is(Alarms read, String name, Alarms.State state) {
    return Optional.ofNullable(read.found().get(name)).filter(r -> r.state() == state).isPresent();
  }
}
