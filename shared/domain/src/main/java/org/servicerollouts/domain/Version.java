package org.servicerollouts.domain;

import java.util.Optional;

/**
 * What of a config the service itself must know.
 *
 * @param ord its place among the configs of the service, ascending with time: its place on the ring
 *     that keys are divided by
 * @param lambdaVersion the version of a Lambda function that it is, if it is one: the config's
 *     field {@code lambdaVersion}, else its id if that is a number
 */
public record Version(long ord, Optional<String> lambdaVersion) {}
