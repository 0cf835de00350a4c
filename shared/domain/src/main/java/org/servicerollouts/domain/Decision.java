package org.servicerollouts.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the state machine makes of an event. */
public sealed interface Decision {

  /** The service as it is to be, and what else to write with it. */
  record Changed(Service next, List<Write> writes) implements Decision {
    public Changed {
      writes = List.copyOf(writes);
    }

    /** The same with more to write in the same transaction. */
    public Changed with(Write... more) {
      return with(List.of(more));
    }

    /** Adds what is to be written in the same transaction. */
    Changed with(List<Write> more) {
      return new Changed(next, Stream.concat(writes.stream(), more.stream()).toList());
    }

    /**
     * The same, telling and writing also what {@code earlier}, decided just before in the same
     * change, does.
     */
    Changed after(Optional<Changed> earlier) {
      return earlier
          .map(
              e ->
                  new Changed(
                      next.alsoTelling(e.next.last()),
                      netted(Stream.concat(e.writes.stream(), writes.stream()).toList())))
          .orElse(this);
    }

    /**
     * Each alarm in one write at most, and one row of the history, because DynamoDB refuses a
     * transaction that names an item twice. An alarm that one decision releases and the next
     * watches again stays as it is.
     */
    private static List<Write> netted(List<Write> inOrder) {
      Set<String> watched = new TreeSet<>();
      Set<String> released = new TreeSet<>();
      List<Write> netted = new ArrayList<>();
      for (Write write : inOrder) {
        switch (write) {
          case Write.AlarmsWatched(List<String> names) ->
              names.stream().filter(name -> !released.remove(name)).forEach(watched::add);
          case Write.AlarmsReleased(List<String> names) ->
              names.stream().filter(name -> !watched.remove(name)).forEach(released::add);
          default -> netted.add(write);
        }
      }
      if (!watched.isEmpty()) {
        netted.add(new Write.AlarmsWatched(List.copyOf(watched)));
      }
      if (!released.isEmpty()) {
        netted.add(new Write.AlarmsReleased(List.copyOf(released)));
      }
      return netted.stream().distinct().toList();
    }
  }

  /** Nothing to do: it is so already, or it is not time yet. */
  record Unchanged() implements Decision {}

  record Refused(Problem problem) implements Decision {}
}
