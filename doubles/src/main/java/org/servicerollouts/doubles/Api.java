package org.servicerollouts.doubles;

/** What an {@link HttpDouble} doubles. */
interface Api {

  /** A request as this API reads it. */
  interface Asked {

    /** See {@link Call}. */
    String operation();

    /** See {@link Call}. */
    String resource();

    /**
     * Does it.
     *
     * @throws Refusal if AWS would not
     */
    Reply done();

    /** How this API puts a refusal to whoever asked. */
    Reply refused(Refusal refusal);
  }

  /** Reads any request; what cannot be read is asked, but not done. */
  Asked asked(Request request);

  /** What this API says of too many calls. */
  Refusal throttled();

  /** What this API says of faults of its own. */
  Refusal broken();
}
