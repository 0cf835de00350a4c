package org.servicerollouts.wire.eas;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Service;

/**
 * One revision of a service, as PAI-EAS counts them.
 *
 * @param number the N of {@code service-<6 hex>-vN}
 */
public record EasVersion(String revision, int number, Instant buildTime) {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  public EasVersion {
    requireNonNull(revision, "revision is null");
    requireNonNull(buildTime, "buildTime is null");
  }

  /** The version that config {@code id} of {@code service} is; empty for one of other origin. */
  public static Optional<EasVersion> of(Service service, String id, Instant createTime) {
    return number(service, id).map(number -> new EasVersion(id, number, createTime));
  }

  static Optional<Integer> number(Service service, String id) {
    String prefix = stem(service) + "-v";
    return Optional.of(id)
        .filter(text -> text.startsWith(prefix))
        .map(text -> text.substring(prefix.length()))
        .filter(text -> NUMBER.matcher(text).matches())
        .map(Integer::valueOf);
  }

  /** What the ids of all revisions of {@code service} start with. */
  static String stem(Service service) {
    String revision = service.revision(1);
    return revision.substring(0, revision.lastIndexOf('-'));
  }
}
