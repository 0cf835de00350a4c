package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads a whole table pays for all of it. */
class NoScanTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern SCAN =
      Pattern.compile(
          "\\bscan(Paginator)?\\(|ScanRequest|executeStatement|dynamodb:(Scan|\\*|PartiQL)");

  @Test
  void nothingThatIsDeployedOrServedAsksForAScan() {
    List<Path> sources = sources();

    assertThat(sources).hasSizeGreaterThan(10);
    assertThat(sources).noneMatch(source -> SCAN.matcher(text(source)).find());
  }

  /** The template, and all main code of all modules. */
  private static List<Path> sources() {
    return Stream.concat(
            Stream.of(ROOT.resolve("template.yaml")),
            Stream.of("shared", "functions", ".")
                .flatMap(folder -> list(ROOT.resolve(folder)))
                .map(module -> module.resolve(Path.of("src", "main")))
                .filter(Files::isDirectory)
                .flatMap(NoScanTest::walk))
        .filter(Files::isRegularFile)
        .toList();
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
