package org.servicerollouts.store;

import org.servicerollouts.domain.Service;

/**
 * A part of what happened to a service, and the service as it stood then.
 *
 * @param service nothing up to its {@code v} is missing on the page, or on those that follow it
 */
public record History(Service service, Page<HistoryRow> page) {}
