package org.servicerollouts.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.resolver.Resolver.Version;

/** The test vectors of docs/allocation.md, read from there. */
class AllocationDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "allocation.md");
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  @Test
  void theSeedsAreThose() throws IOException {
    List<List<String>> rows = rows("| service | seed |");
    assertThat(rows).hasSizeGreaterThan(2);
    for (List<String> row : rows) {
      assertThat(hex(seed(code(row.get(0))))).as("%s", row).isEqualTo(code(row.get(1)));
    }
  }

  @Test
  void theAnswersAreThose() throws IOException {
    List<List<String>> rows = rows("| service | key | hash | division | point | config |");
    assertThat(rows).hasSizeGreaterThan(25);
    for (List<String> row : rows) {
      String service = code(row.get(0));
      String key = key(code(row.get(1)));
      Resolver resolver = new Resolver(service, division(row.get(3)));
      assertThat(hex(new SipHash(seed(service), 0).hash(key)))
          .as("%s", row)
          .isEqualTo(code(row.get(2)));
      assertThat(resolver.point(key)).as("%s", row).isEqualTo(Long.parseLong(row.get(4)));
      assertThat(resolver.resolve(key)).as("%s", row).isEqualTo(row.get(5));
    }
  }

  private static long seed(String service) {
    return new SipHash(0, 0).hash(service);
  }

  private static String hex(long value) {
    return String.format("%016x", value);
  }

  /** The cells below the table's head. */
  private static List<List<String>> rows(String head) throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .dropWhile(line -> !line.equals(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Stream.of(line.split("\\|", -1)).skip(1).map(String::strip).toList())
        .toList();
  }

  private static String code(String cell) {
    assertThat(cell).startsWith("`").endsWith("`");
    return cell.substring(1, cell.length() - 1);
  }

  private static String key(String json) {
    assertThat(json).startsWith("\"").endsWith("\"");
    return ESCAPE
        .matcher(json.substring(1, json.length() - 1))
        .replaceAll(m -> Character.toString((char) Integer.parseInt(m.group(1), 16)));
  }

  /** Such as {@code old 90%, new 10%}, or without {@code %} in whole units. */
  private static List<Version> division(String cell) {
    return Stream.of(cell.split(", ", -1))
        .map(part -> part.split(" ", -1))
        .map(part -> new Version(part[0], units(part[1])))
        .toList();
  }

  private static long units(String share) {
    return share.endsWith("%")
        ? new BigDecimal(share.replace("%", "")).movePointRight(9).longValueExact()
        : Long.parseLong(share);
  }
}
