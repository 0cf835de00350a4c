package org.servicerollouts.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.Deadline;
import org.servicerollouts.store.Request;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.RequestHash;
import org.servicerollouts.wire.google.RequestIds;

/**
 * What a handler serves.
 *
 * @param call never {@link Call.Health} or {@link Call.Unknown}, which are answered before
 * @param query on Google's surface only parameters that the call takes, by their documented names
 * @param caller its sender
 * @param requestId upper-case UUID; the id of the invocation, by which its log lines are found
 * @param deadline by which it has to be answered
 */
public record HttpCall(
    Call call,
    Query query,
    HttpRequest request,
    Caller caller,
    String requestId,
    Deadline deadline) {

  /**
   * The body.
   *
   * @throws ProblemException for one that is too large, or no JSON object
   */
  public ObjectNode json() {
    return Json.read(request.body());
  }

  /** Tells it from requests that ask for anything else. */
  public String hash() {
    return RequestHash.of(request.method(), request.path(), json());
  }

  /**
   * By what it is known when it is sent again, if its sender gave it an id.
   *
   * @throws ProblemException for an id that is none
   */
  public Optional<Request> repeatable() {
    return RequestIds.of(query)
        .map(id -> new Request(caller.principal(), Optional.of(caller.name()), id, hash()));
  }

  /** The request, as what brings a change about. */
  public Cause cause() {
    return Cause.request(caller.name());
  }

  /** The deployment, as its stage describes it. */
  public Stage stage() {
    return new Stage(request);
  }

  /** For calls that another function serves. */
  public ProblemException notServed() {
    return NotFound.method(request.method(), request.path()).exception();
  }
}
