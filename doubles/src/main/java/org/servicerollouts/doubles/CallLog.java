package org.servicerollouts.doubles;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest calls, up to a number of them. */
final class CallLog {
  private final int most;
  private final Deque<Call> calls = new ArrayDeque<>();

  CallLog(int most) {
    this.most = most;
  }

  synchronized void add(Call call) {
    if (calls.size() == most) {
      calls.removeFirst();
    }
    calls.addLast(call);
  }

  /** The oldest first. */
  synchronized List<Call> calls() {
    return List.copyOf(calls);
  }
}
