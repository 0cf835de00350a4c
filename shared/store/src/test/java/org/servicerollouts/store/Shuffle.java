package org.servicerollouts.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.function.Function;

/** Brings stream records into an order in which DynamoDB may give them. */
public final class Shuffle {
  private Shuffle() {}

  /**
   * The same records, those of one item in their order, but with no order between items: so it is
   * even for the records of one transaction.
   *
   * @param item tells which item a record is of
   */
  public static <R> List<R> betweenItems(List<R> records, Function<R, ?> item, Random random) {
    Map<Object, Queue<R>> queues = new LinkedHashMap<>();
    for (R each : records) {
      queues.computeIfAbsent(item.apply(each), i -> new ArrayDeque<>()).add(each);
    }
    List<Queue<R>> left = new ArrayList<>(queues.values());
    List<R> shuffled = new ArrayList<>();
    while (!left.isEmpty()) {
      int which = random.nextInt(left.size());
      shuffled.add(left.get(which).remove());
      if (left.get(which).isEmpty()) {
        left.remove(which);
      }
    }
    return shuffled;
  }
}
