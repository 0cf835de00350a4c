package org.servicerollouts.local.demo;

/** An answer that a story cannot go on from: name, value and expectation. */
final class WrongAnswer extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongAnswer(String message) {
    super(message, null, false, false);
  }
}
