package org.servicerollouts.store;

import java.time.Duration;

/** How to wait before something is asked again. */
@FunctionalInterface
public interface Pause {
  void sleep(Duration duration) throws InterruptedException;
}
