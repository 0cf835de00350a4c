package org.servicerollouts.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmark and holds it to what is promised: resolving a key takes at most twice the time
 * of the bare hash of the same key, and allocates nothing. The exit code is 1 if it does not.
 */
public final class Bench {
  private static final double MOST = 2;

  /**
   * What counts as no bytes: the harness itself allocates some thousandths of a byte for each call,
   * and the smallest object has 16.
   */
  private static final double NO_BYTES = 0.1;

  private Bench() {}

  public static void main(String[] args) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(ResolverBenchmark.class.getName())
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .build())
            .run();
    List<String> broken = broken(results);
    broken.forEach(System.err::println);
    System.exit(broken.isEmpty() ? 0 : 1);
  }

  /** Prints each result, and answers what of it breaks the promise. */
  private static List<String> broken(Collection<RunResult> results) {
    Map<String, Double> hashes =
        results.stream()
            .filter(result -> name(result).equals("hash"))
            .collect(Collectors.toMap(Bench::shape, Bench::nanoseconds));
    List<String> broken = new ArrayList<>();
    for (RunResult result : results) {
      String what =
          name(result)
              + " "
              + shape(result)
              + (name(result).equals("hash") ? "" : " of " + versions(result) + " versions");
      double times = nanoseconds(result) / hashes.get(shape(result));
      double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
      System.out.printf(
          "%-30s %6.1f ns %5.2f times the hash %5.1f B%n", what, nanoseconds(result), times, bytes);
      if (times > MOST) {
        broken.add("%s: %.2f times the hash (expected: at most %s)".formatted(what, times, MOST));
      }
      if (bytes > NO_BYTES) {
        broken.add("%s: %.1f bytes allocated (expected: 0)".formatted(what, bytes));
      }
    }
    return broken;
  }

  private static String name(RunResult result) {
    return result.getPrimaryResult().getLabel();
  }

  private static String shape(RunResult result) {
    return result.getParams().getParam("shape");
  }

  private static String versions(RunResult result) {
    return result.getParams().getParam("versions");
  }

  /** Of the fastest iteration: what else the machine does can only slow the others. */
  private static double nanoseconds(RunResult result) {
    return result.getPrimaryResult().getStatistics().getMin();
  }
}
