package org.servicerollouts.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Success;

/**
 * Rollouts that succeeded, as text: {@code 2026-11-22r0 new=30000000000 old=70000000000}; all of
 * one config is its id alone. {@code !} says that it was taken back, {@code ~} that it redeploys
 * another, and after {@code >} stands where a rollback of it goes, unless that is where the one
 * before it ended.
 *
 * <p>Several are separated by commas, and what a word has in common with the one at its place in
 * the success after it is not repeated: a capital letter tells how many characters that are, A one,
 * B two. Ten of them stand in the item that every batch writes, which is billed whole, and ids of
 * rollouts and configs are mostly alike.
 */
final class SuccessLines {
  private SuccessLines() {}

  private static final String WORDS = " ";
  private static final String LIST = ",";
  private static final String TAKEN_BACK = "!";
  private static final String REDEPLOYS = "~";
  private static final String RESTORES = ">";
  private static final char ONE = 'A';
  private static final char MOST = 'Z';

  /** One by itself. */
  static String print(Success success) {
    return String.join(WORDS, words(success, Optional.empty()));
  }

  /** What {@link #print(Success)} printed. */
  static Success parse(String text) {
    return success(List.of(text.split(WORDS, -1)), Optional.empty());
  }

  /** Newest first. */
  static String printAll(List<Success> successes) {
    List<List<String>> all =
        IntStream.range(0, successes.size())
            .mapToObj(i -> words(successes.get(i), at(successes, i + 1)))
            .toList();
    return IntStream.range(0, all.size())
        .mapToObj(i -> cut(all.get(i), i == 0 ? List.of() : all.get(i - 1)))
        .collect(Collectors.joining(LIST));
  }

  static List<Success> parseAll(String text) {
    List<List<String>> all = new ArrayList<>();
    List<String> after = List.of();
    for (String line : text.split(LIST, -1)) {
      after = whole(List.of(line.split(WORDS, -1)), after);
      all.add(after);
    }
    Deque<Success> successes = new ArrayDeque<>();
    for (List<String> words : all.reversed()) {
      successes.addFirst(success(words, Optional.ofNullable(successes.peekFirst())));
    }
    return List.copyOf(successes);
  }

  private static Optional<Success> at(List<Success> successes, int i) {
    return i < successes.size() ? Optional.of(successes.get(i)) : Optional.empty();
  }

  /** Where a rollback goes that goes to where the success before ended. */
  private static Optional<Shares> toTheOneBefore(Shares target, Optional<Success> before) {
    return before.map(Success::target).filter(to -> !to.equals(target));
  }

  private static List<String> words(Success success, Optional<Success> before) {
    Stream.Builder<String> words = Stream.builder();
    words.add(success.rolloutId());
    printed(success.target()).forEach(words);
    if (success.takenBack()) {
      words.add(TAKEN_BACK);
    }
    if (success.redeploys()) {
      words.add(REDEPLOYS);
    }
    if (!success.restores().equals(toTheOneBefore(success.target(), before))) {
      words.add(RESTORES);
      success.restores().ifPresent(to -> printed(to).forEach(words));
    }
    return words.build().toList();
  }

  private static Stream<String> printed(Shares shares) {
    return shares.units().entrySet().stream()
        .map(
            share ->
                share.getValue() == Shares.WHOLE
                    ? share.getKey()
                    : share.getKey() + "=" + share.getValue());
  }

  private static Success success(List<String> words, Optional<Success> before) {
    int marks = words.indexOf(RESTORES);
    List<String> own = marks < 0 ? words : words.subList(0, marks);
    Shares target =
        shares(own.stream().skip(1).filter(word -> !isMark(word)).toList()).orElseThrow();
    return new Success(
        words.getFirst(),
        target,
        marks < 0 ? toTheOneBefore(target, before) : shares(words.subList(marks + 1, words.size())),
        own.contains(REDEPLOYS),
        own.contains(TAKEN_BACK));
  }

  private static boolean isMark(String word) {
    return word.equals(TAKEN_BACK) || word.equals(REDEPLOYS);
  }

  private static Optional<Shares> shares(List<String> words) {
    Map<String, Long> units = new HashMap<>();
    for (String share : words) {
      String[] parts = share.split("=", 2);
      units.put(parts[0], parts.length == 1 ? Shares.WHOLE : Long.parseLong(parts[1]));
    }
    return Optional.of(units).filter(all -> !all.isEmpty()).map(Shares::of);
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
