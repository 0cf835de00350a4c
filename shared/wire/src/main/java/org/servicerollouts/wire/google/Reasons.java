package org.servicerollouts.wire.google;

import java.util.Optional;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;

/** Why somebody does something, in their own words, which are kept and shown. */
final class Reasons {
  private static final int LONGEST = 500;
  private static final String EXPECTED =
      "why, in 1 to " + LONGEST + " characters, none of them a control character";

  private Reasons() {}

  /**
   * The reason that member {@code name} gives.
   *
   * @throws ProblemException for an empty one, or one that cannot be shown
   */
  static Optional<String> read(Fields fields, String name) {
    return fields.string(name).map(text -> require(fields.path(name), text));
  }

  /** The reason of {@code emergency {reason}}. */
  static Optional<String> ofEmergency(Fields fields) {
    return fields
        .object("emergency")
        .map(
            emergency -> {
              String reason = emergency.requiredString("reason", EXPECTED);
              emergency.end();
              return require(emergency.path("reason"), reason);
            });
  }

  private static String require(String path, String text) {
    if (text.isBlank()
        || Printable.characters(text) > LONGEST
        || text.codePoints().anyMatch(Character::isISOControl)) {
      throw Problem.invalid(path, text, EXPECTED).exception();
    }
    return text;
  }
}
