package org.servicerollouts.manageservices;

import org.servicerollouts.domain.ProblemException;

/**
 * What the files of one ConfigSource may still make of themselves, all together, in characters of
 * JSON: YAML with each of its aliases written out, and the HTTP rules of OpenAPI documents. Without
 * it a small request could stand for any amount of memory.
 */
final class Budget {

  /** What there is of it, in characters: twice what a config may have when it is kept. */
  static final int MAX_CHARACTERS = 256 * 1024;

  private int left = MAX_CHARACTERS;

  /** Whether {@code characters} more would still fit. */
  boolean holds(int characters) {
    return characters <= left;
  }

  /**
   * Spends {@code characters} on what {@code file} makes.
   *
   * @throws ProblemException for more than there is left
   */
  void spend(ConfigFile file, int characters) {
    if (!holds(characters)) {
      throw file.refused(exceeded());
    }
    left -= characters;
  }

  /** Why something is refused that does not fit. */
  static String exceeded() {
    return "more than "
        + MAX_CHARACTERS
        + " characters with all aliases and HTTP rules, in all files together";
  }
}
