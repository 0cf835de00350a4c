package org.servicerollouts.store;

import java.time.Instant;

/** What a list tells of a config: all but its body. */
public record ConfigHeader(
    String id, long ord, Instant createTime, String createdBy, String title) {}
