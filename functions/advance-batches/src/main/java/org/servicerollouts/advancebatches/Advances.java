package org.servicerollouts.advancebatches;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.ServiceStore;

/** Tells the state machine what has come of a service, and saves what it makes of that. */
final class Advances {
  private final ServiceStore store;
  private final Timeline time;

  Advances(ServiceStore store, Timeline time) {
    this.store = store;
    this.time = time;
  }

  /** What a target is to be told; empty: nothing. */
  static Optional<State.Intent> intent(Service service) {
    return service.live().map(Live::state).flatMap(StateMachine::intentOf);
  }

  /** The service as it is now. */
  Lesson read(ServiceName name) {
    return store.find(name).<Lesson>map(Lesson.Found::new).orElseGet(() -> new Lesson.Gone(name));
  }

  /** What is due of a service that no alarm has a say in. */
  Lesson due(Service service) {
    return tell(service, List.of(new Event.Due()), Alarms.NONE);
  }

  /**
   * What the first of {@code events} that changes something makes of it.
   *
   * @param alarms what was read of those that the events need
   */
  Lesson tell(Service service, List<Event> events, Alarms alarms) {
    Instant now = time.now();
    for (Event event : events) {
      switch (StateMachine.decide(service, event, alarms, now)) {
        case Decision.Unchanged unchanged -> {}
        case Decision.Changed changed -> {
          return saved(service, changed, now);
        }
        case Decision.Refused refused -> throw refused.problem().exception();
      }
    }
    boolean isDue = service.dueAt().filter(at -> !at.isAfter(now)).isPresent();
    return isDue ? new Lesson.Stuck(service) : new Lesson.Is(service);
  }

  private Lesson saved(Service service, Decision.Changed changed, Instant now) {
    return switch (store.save(service, changed)) {
      case Saved.Written written -> new Lesson.Is(written.service());
      case Saved.Lost lost ->
          lost.current()
              .<Lesson>map(Lesson.Found::new)
              .orElseGet(() -> new Lesson.Unread(service.name(), now.plus(Watch.FIRST_PAUSE)));
      case Saved other -> throw new IllegalStateException("an advance makes nothing new: " + other);
    };
  }
}
