package org.servicerollouts.domain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules for the ids of rollouts and configs, which Google documents in the same words for both. */
public final class Ids {
  private static final Pattern ID = Pattern.compile("[a-z0-9._-]{1,63}");
  private static final Set<String> DOTS = Set.of(".", "..");
  private static final String EXPECTED = "1 to 63 characters of a-z, 0-9, '.', '_' and '-'";

  private Ids() {}

  /**
   * The id itself, if it has 1 to 63 of {@code a-z 0-9 . _ -}
   * (google.api.servicemanagement.v1.Rollout.rollout_id, google.api.Service.id).
   */
  public static String require(String name, String id) {
    if (!ID.matcher(id).matches()) {
      throw Problem.invalid(name, id, EXPECTED).exception();
    }
    return id;
  }

  /**
   * The id itself, if a rollout or config may be made under it. {@code .} and {@code ..} are
   * refused, because clients, browsers and proxies take them out of a path, so that it could not be
   * read. What was made before they were refused keeps its id, and meets {@link #require}.
   */
  public static String requireNew(String name, String id) {
    if (DOTS.contains(id)) {
      throw Problem.invalid(name, id, EXPECTED + ", other than \".\" and \"..\"").exception();
    }
    return require(name, id);
  }

  public static boolean isValid(String id) {
    return ID.matcher(id).matches();
  }

  /**
   * Counts the ids that the server makes up, {@code YYYY-MM-DDrN}: N starts at 0 each UTC day.
   *
   * @param day the day of the last id, {@link LocalDate#EPOCH} before the first
   * @param next the N of the next id on that day
   */
  public record Counter(LocalDate day, int next) {
    public static final Counter NEW = new Counter(LocalDate.EPOCH, 0);

    /** The id that comes next at {@code now}. */
    public String id(Instant now) {
      LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
      return today + "r" + (today.equals(day) ? next : 0);
    }

    /** The id that was given out last, which there must be. */
    public String last() {
      return day + "r" + (next - 1);
    }

    /**
     * The counter after somebody gave {@code id}: what looks like one of the server's own is not
     * made up again.
     */
    public Counter given(String id, Instant now) {
      Matcher own = OWN.matcher(id);
      String today = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
      if (!own.matches() || !own.group(1).equals(today)) {
        return this;
      }
      int following = Integer.parseInt(own.group(2)) + 1;
      boolean isBehind = day.toString().equals(today) && next >= following;
      return isBehind ? this : new Counter(LocalDate.parse(today), following);
    }

    private static final Pattern OWN = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})r([0-9]{1,9})");

    /** The counter after {@link #id} was given out, or found to be in use. */
    public Counter used(Instant now) {
      LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
      return new Counter(today, today.equals(day) ? next + 1 : 1);
    }
  }
}
