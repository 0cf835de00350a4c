package org.servicerollouts.doubles;

import java.time.Instant;

/**
 * A request that a double got, whatever it answered.
 *
 * @param at when it had arrived
 * @param operation AWS's name for it, such as {@code UpdateAlias}
 * @param resource what it is about: {@code FUNCTION:ALIAS}, a function or an alarm; empty if it is
 *     not about one
 */
public record Call(Instant at, String operation, String resource) {}
