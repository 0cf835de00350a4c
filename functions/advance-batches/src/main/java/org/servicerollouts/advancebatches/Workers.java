package org.servicerollouts.advancebatches;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerollouts.domain.ServiceName;

/** Does the same for many services at once. */
final class Workers implements AutoCloseable {
  private static final int MOST = 32;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(MOST, Thread.ofVirtual().factory());

  /** What is to be done about one service. */
  record Task<T>(ServiceName service, Callable<T> work) {}

  /** What came of it; what fails hurts no other. */
  record Results<T>(List<T> done, List<Lesson> failed) {

    /** What is learnt from all of them. */
    List<Lesson> lessons(Function<T, Lesson> lesson) {
      return Stream.concat(done.stream().map(lesson), failed.stream()).toList();
    }
  }

  <T> Results<T> all(Collection<Task<T>> tasks) throws InterruptedException {
    List<Future<T>> answers = threads.invokeAll(tasks.stream().map(Task::work).toList());
    List<T> done = new ArrayList<>();
    List<Lesson> failed = new ArrayList<>();
    int i = 0;
    for (Task<T> task : tasks) {
      try {
        done.add(answers.get(i++).get());
      } catch (ExecutionException e) {
        failed.add(new Lesson.Failed(task.service(), e.getCause()));
      }
    }
    return new Results<>(done, failed);
  }

  @Override
  public void close() {
    threads.close();
  }
}
