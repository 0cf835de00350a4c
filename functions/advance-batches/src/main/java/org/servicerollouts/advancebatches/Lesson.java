package org.servicerollouts.advancebatches;

import java.time.Instant;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;

/** What a driver learns of one service. */
sealed interface Lesson {

  /** It is so, as it was just read; nothing has been done about it yet. */
  record Found(Service service) implements Lesson {}

  /** It is so, as it was just written, or was found to be when something was done about it. */
  record Is(Service service) implements Lesson {}

  /** It is due, but nothing can be done about it before its alarms say something else. */
  record Stuck(Service service) implements Lesson {}

  /** It is due, and is to be tried again, but not before {@code at}. */
  record Later(Service service, Instant at) implements Lesson {}

  /** Somebody else is changing it: it is to be read at {@code at}. */
  record Unread(ServiceName name, Instant at) implements Lesson {}

  /** There is no such service. */
  record Gone(ServiceName name) implements Lesson {}

  /** It could not be read, decided on or saved. */
  record Failed(ServiceName name, Throwable why) implements Lesson {}
}
