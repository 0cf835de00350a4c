package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Success;

/**
 * Rollouts that succeeded, as text: {@code 2026-11-22r0 new=30000000000 old=70000000000}; all of
 * one config is its id alone.
 *
 * <p>Several are separated by commas, and what a word has in common with the one at its place in
 * the success before it is not repeated: a capital letter tells how many characters that are, A
 * one, B two. Ten of them stand in the item that every batch writes, which is billed whole, and ids
 * of rollouts and configs are mostly alike.
 */
final class SuccessLines {
  private SuccessLines() {}

  private static final String WORDS = " ";
  private static final String LIST = ",";
  private static final char ONE = 'A';
  private static final char MOST = 'Z';

  /** One by itself. */
  static String print(Success success) {
    return String.join(WORDS, words(success));
  }

  /** What {@link #print(Success)} printed. */
  static Success parse(String text) {
    return success(List.of(text.split(WORDS, -1)));
  }

  static String printAll(List<Success> successes) {
    List<List<String>> all = successes.stream().map(SuccessLines::words).toList();
    return IntStream.range(0, all.size())
        .mapToObj(i -> cut(all.get(i), i == 0 ? List.of() : all.get(i - 1)))
        .collect(Collectors.joining(LIST));
  }

  static List<Success> parseAll(String text) {
    List<Success> successes = new ArrayList<>();
    List<String> before = List.of();
    for (String line : text.split(LIST, -1)) {
      before = whole(List.of(line.split(WORDS, -1)), before);
      successes.add(success(before));
    }
    return successes;
  }

  private static List<String> words(Success success) {
    return Stream.concat(
            Stream.of(success.rolloutId()),
            success.target().units().entrySet().stream()
                .map(
                    share ->
                        share.getValue() == Shares.WHOLE
                            ? share.getKey()
                            : share.getKey() + "=" + share.getValue()))
        .toList();
  }

  private static Success success(List<String> words) {
    Map<String, Long> units = new HashMap<>();
    for (String share : words.subList(1, words.size())) {
      String[] parts = share.split("=", 2);
      units.put(parts[0], parts.length == 1 ? Shares.WHOLE : Long.parseLong(parts[1]));
    }
    return new Success(words.getFirst(), Shares.of(units));
  }

  private static String cut(List<String> words, List<String> before) {
    return IntStream.range(0, words.size())
        .mapToObj(i -> i < before.size() ? cut(words.get(i), before.get(i)) : words.get(i))
        .collect(Collectors.joining(WORDS));
  }

  private static String cut(String word, String before) {
    int alike = Arrays.mismatch(word.toCharArray(), before.toCharArray());
    int cut = Math.min(alike < 0 ? word.length() : alike, MOST - ONE + 1);
    return cut == 0 ? word : (char) (ONE + cut - 1) + word.substring(cut);
  }

  private static List<String> whole(List<String> words, List<String> before) {
    return IntStream.range(0, words.size())
        .mapToObj(i -> i < before.size() ? whole(words.get(i), before.get(i)) : words.get(i))
        .toList();
  }

  private static String whole(String word, String before) {
    char first = word.charAt(0);
    return first < ONE || first > MOST
        ? word
        : before.substring(0, first - ONE + 1) + word.substring(1);
  }
}
