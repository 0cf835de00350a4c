package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/** What clients are told. */
final class Refusals {
  private Refusals() {}

  /** Why {@code call} is refused, which it must be. */
  static Problem problemOf(ThrowingCallable call) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
    assertThat(thrown).isNotNull();
    return thrown.problem();
  }
}
