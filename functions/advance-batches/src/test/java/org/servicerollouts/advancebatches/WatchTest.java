package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Due;

class WatchTest {
  private static final ServiceName SERVICE = new ServiceName("svc");
  private static final Instant TIME = Instant.parse("2026-05-08T16:10:56Z");
  private static final Due DUE = new Due(SERVICE, TIME);

  private final Watch watch = new Watch(line -> {});

  @Test
  void what_the_index_goes_on_saying_after_it_was_done_is_no_news() {
    watch.hears(List.of(DUE));
    watch.learns(new Lesson.Gone(SERVICE), TIME);
    watch.hears(List.of(DUE));
    assertThat(watch.isEmpty()).isTrue();
  }

  @Test
  void a_service_that_becomes_due_at_the_same_time_again_is_news() {
    watch.hears(List.of(DUE));
    watch.learns(new Lesson.Gone(SERVICE), TIME);
    watch.hears(List.of());
    watch.hears(List.of(DUE));
    assertThat(watch.next()).contains(TIME);
  }

  @Test
  void an_index_that_lags_does_not_put_off_what_is_due_sooner() {
    watch.lookAt(SERVICE, TIME);
    watch.hears(List.of(new Due(SERVICE, TIME.plusSeconds(70))));
    watch.hears(List.of(DUE));
    assertThat(watch.next()).contains(TIME);
  }
}
