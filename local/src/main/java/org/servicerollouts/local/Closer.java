package org.servicerollouts.local;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what it was given, the last first, whatever fails on the way. */
final class Closer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Closer.class.getName());

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(T opens) {
    opened.push(opens);
    return opens;
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      AutoCloseable last = opened.pop();
      try {
        last.close();
      } catch (Exception e) {
        LOG.log(
            System.Logger.Level.WARNING, last.getClass().getSimpleName() + " did not close: " + e);
      }
    }
  }
}
