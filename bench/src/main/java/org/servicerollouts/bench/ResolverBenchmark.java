package org.servicerollouts.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.servicerollouts.resolver.Resolver;
import org.servicerollouts.resolver.SipHash;

/** What resolving a key takes, beside the bare hash of the same key. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 30, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--sun-misc-unsafe-memory-access=allow")
public class ResolverBenchmark {

  /** Keys of one shape in turn: one key alone would take the same branches each time. */
  @State(Scope.Thread)
  public static class Keys {
    private static final int COUNT = 1024;

    @Param public Shape shape;

    private String[] keys;
    private int at;

    @Setup
    public void make() {
      RandomGenerator random = new SplittableRandom(1);
      keys = IntStream.range(0, COUNT).mapToObj(i -> shape.key(i, random)).toArray(String[]::new);
    }

    String next() {
      at = (at + 1) % COUNT;
      return keys[at];
    }
  }

  /** What keys look like. */
  public enum Shape {
    NUMBER,
    EMAIL,
    UUID,
    CHINESE;

    private String key(int i, RandomGenerator random) {
      return switch (this) {
        case NUMBER -> Integer.toString(1_000_000 + i);
        case EMAIL -> "user." + i + "@example.com";
        case UUID -> new UUID(random.nextLong(), random.nextLong()).toString();
        case CHINESE -> "\u7528\u6237" + i;
      };
    }
  }

  /** A service divided evenly among its versions. */
  @State(Scope.Thread)
  public static class Division {
    // The usual, and the most that a move in batches may have.
    @Param({"2", "50"})
    public int versions;

    private Resolver resolver;

    @Setup
    public void make() {
      List<Resolver.Version> even =
          IntStream.range(0, versions)
              .mapToObj(i -> new Resolver.Version("config-" + i, 1))
              .toList();
      resolver = new Resolver("endpointsapis.appspot.com", even);
    }
  }

  private static final SipHash HASH = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Benchmark
  public long hash(Keys keys) {
    return HASH.hash(keys.next());
  }

  @Benchmark
  public String resolve(Keys keys, Division division) {
    return division.resolver.resolve(keys.next());
  }
}
