package org.servicerollouts.store;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Read and write request units by the rules that AWS publishes (DynamoDB Developer Guide: "Item
 * sizes and formats", "Read and write request units", "Amazon DynamoDB Transactions"), from the
 * items alone. DynamoDB Local's own figures are not these: it counts no transaction twice and no
 * empty query at all.
 *
 * <p>Of index entries that a transaction writes the rules do not say that they cost double; they
 * are counted once.
 */
public record Units(double reads, double writes) {
  public static final Units NONE = new Units(0, 0);

  private static final int READ_BYTES = 4096;
  private static final int WRITE_BYTES = 1024;

  /** What the rule says is read, where nothing is found. */
  private static final int NOTHING = 1;

  /**
   * An item that is written, before and after; empty: not there. One that a transaction only checks
   * is the same after as before.
   */
  public record Change(Map<String, AttributeValue> before, Map<String, AttributeValue> after) {

    long bytes() {
      return Math.max(Units.bytes(before), Units.bytes(after));
    }
  }

  /** An index of the table: what it is sorted by, and what of an item it holds. */
  private record Index(Set<String> keys, boolean holdsAll) {
    private static final List<Index> ALL =
        List.of(
            new Index(Set.of(Schema.PK, Schema.ORD), true),
            new Index(Set.of(Schema.SHARD, Schema.DUE_AT), false));

    Map<String, AttributeValue> entry(Map<String, AttributeValue> item) {
      if (!item.keySet().containsAll(keys)) {
        return Map.of();
      }
      Map<String, AttributeValue> entry = new TreeMap<>(item);
      if (!holdsAll) {
        entry
            .keySet()
            .removeIf(n -> !keys.contains(n) && !n.equals(Schema.PK) && !n.equals(Schema.SK));
      }
      return entry;
    }

    /** An entry that moves is deleted and put; one that only changes is written once. */
    double writes(Change change) {
      Map<String, AttributeValue> before = entry(change.before());
      Map<String, AttributeValue> after = entry(change.after());
      if (before.equals(after)) {
        return 0;
      }
      boolean stays =
          keys.stream()
              .allMatch(key -> before.containsKey(key) && before.get(key).equals(after.get(key)));
      if (stays) {
        return writeBlocks(Math.max(bytes(before), bytes(after)));
      }
      return (before.isEmpty() ? 0 : writeBlocks(bytes(before)))
          + (after.isEmpty() ? 0 : writeBlocks(bytes(after)));
    }
  }

  public Units plus(Units more) {
    return new Units(reads + more.reads, writes + more.writes);
  }

  // ---- reads

  /** One item, or none, read by its key. */
  public static Units get(Map<String, AttributeValue> item, boolean consistent) {
    return read(bytes(item), consistent);
  }

  /** Each item of a batch is rounded by itself; one that is not there costs as the smallest. */
  public static Units batchGet(
      List<Map<String, AttributeValue>> found, int asked, boolean consistent) {
    Units units = NONE;
    for (Map<String, AttributeValue> item : found) {
      units = units.plus(get(item, consistent));
    }
    for (int missing = found.size(); missing < asked; missing++) {
      units = units.plus(get(Map.of(), consistent));
    }
    return units;
  }

  /** The items of an answer are summed and then rounded. */
  public static Units query(List<Map<String, AttributeValue>> items, boolean consistent) {
    return read(bytes(items), consistent);
  }

  private static Units read(long bytes, boolean consistent) {
    double blocks = Math.ceilDiv(Math.max(NOTHING, bytes), READ_BYTES);
    return new Units(consistent ? blocks : blocks / 2, 0);
  }

  // ---- writes

  /** One put, update or delete: the larger of before and after, and what it changes in indexes. */
  public static Units write(Change change) {
    return new Units(0, writeBlocks(change.bytes()) + indexes(change));
  }

  /** A write whose condition fails is billed by what it found. */
  public static Units refusedWrite(Map<String, AttributeValue> found) {
    return new Units(0, writeBlocks(bytes(found)));
  }

  /** Each item of a transaction counts double, also one that is only checked. */
  public static Units transaction(List<Change> changes) {
    double units = 0;
    for (Change change : changes) {
      units += 2 * writeBlocks(change.bytes()) + indexes(change);
    }
    return new Units(0, units);
  }

  /** One that was cancelled counts as if it had only checked. */
  public static Units refusedTransaction(List<Map<String, AttributeValue>> found) {
    return transaction(found.stream().map(item -> new Change(item, item)).toList());
  }

  private static double indexes(Change change) {
    return Index.ALL.stream().mapToDouble(index -> index.writes(change)).sum();
  }

  private static double writeBlocks(long bytes) {
    return Math.ceilDiv(Math.max(NOTHING, bytes), WRITE_BYTES);
  }

  // ---- sizes

  public static long bytes(List<Map<String, AttributeValue>> items) {
    return items.stream().mapToLong(Units::bytes).sum();
  }

  /** Names and values of all attributes. */
  public static long bytes(Map<String, AttributeValue> item) {
    return item.entrySet().stream()
        .mapToLong(entry -> utf8(entry.getKey()) + bytes(entry.getValue()))
        .sum();
  }

  /**
   * A text its UTF-8, a number a byte for two digits and one more, true, false and null one byte, a
   * list or map what it holds, one byte for each element and three more.
   */
  private static long bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8(value.s());
      case N -> number(value.n());
      case BOOL, NUL -> 1;
      case L -> 3 + value.l().size() + value.l().stream().mapToLong(Units::bytes).sum();
      case M -> 3 + value.m().size() + bytes(value.m());
      default -> throw new IllegalArgumentException("no item here has a value of " + value.type());
    };
  }

  /** Pairs of digits are counted from the point, as DynamoDB Local has them; a minus is a byte. */
  private static long number(String text) {
    BigDecimal number = new BigDecimal(text);
    String digits = number.abs().setScale(evenScale(number)).unscaledValue().toString();
    String significant = ("0".repeat(digits.length() % 2) + digits).replaceAll("^(00)+|(00)+$", "");
    return significant.length() / 2L + (number.signum() < 0 ? 2 : 1);
  }

  private static int evenScale(BigDecimal number) {
    int scale = Math.max(0, number.scale());
    return scale + scale % 2;
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f reads, %.1f writes", reads, writes);
  }
}
