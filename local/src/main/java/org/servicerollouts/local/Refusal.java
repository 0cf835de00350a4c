package org.servicerollouts.local;

/** Why a command cannot be done, in one line for whoever gave it. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Refusal(String message) {
    super(message, null, false, false);
  }
}
