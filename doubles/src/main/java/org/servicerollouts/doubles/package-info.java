/**
 * HTTP doubles of the parts of AWS's APIs that a rollout touches, on 127.0.0.1: they answer AWS's
 * own clients as AWS documents it, refusals included, and fail on demand. They check no signatures,
 * but refuse what a web page may have sent, with 403 ({@link
 * org.servicerollouts.doubles.ForeignRequests}).
 */
package org.servicerollouts.doubles;
