package org.servicerollouts.wire.google;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Service;
import org.servicerollouts.resolver.Resolver.Version;

/**
 * Which replica is at which revision: the lowest ordinals at the update revision, the highest at
 * the one that all were last rolled out to. Others lie between them, since these are replaced
 * first, so that a replica at the update revision stays there while the rollout goes on.
 *
 * @param revisions with their replicas, from ordinal 0 on
 */
record Ordinals(List<Version> revisions) {

  Ordinals {
    revisions = List.copyOf(revisions);
  }

  /**
   * The replicas of {@code service} as they are now.
   *
   * @param oldestFirst its revisions with their replicas
   */
  static Ordinals of(Service service, List<Version> oldestFirst) {
    Optional<String> update = service.active().map(Live::updateRevision);
    Optional<String> current = service.currentRevision();
    List<Version> order = new ArrayList<>(oldestFirst.reversed());
    order.sort(
        Comparator.comparingInt(
            revision -> {
              if (update.filter(revision.configId()::equals).isPresent()) {
                return 0;
              }
              return current.filter(revision.configId()::equals).isPresent() ? 2 : 1;
            }));
    return new Ordinals(order);
  }

  /** The revision of replica {@code ordinal}; empty beyond the last. */
  Optional<String> revision(long ordinal) {
    long left = ordinal;
    for (Version revision : revisions) {
      if (left < revision.units()) {
        return Optional.of(revision.configId());
      }
      left -= revision.units();
    }
    return Optional.empty();
  }
}
