package org.servicerollouts.domain;

import java.util.List;
import java.util.Optional;
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
                      Stream.concat(e.writes.stream(), writes.stream()).distinct().toList()))
          .orElse(this);
    }
  }

  /** Nothing to do: it is so already, or it is not time yet. */
  record Unchanged() implements Decision {}

  record Refused(Problem problem) implements Decision {}
}
