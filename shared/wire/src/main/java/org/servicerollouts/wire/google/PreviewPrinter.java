package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Status;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Timestamps;

/** What a rollout would do; this product's own. */
public final class PreviewPrinter {
  private PreviewPrinter() {}

  /** A page of {@code preview}, as {@code request} asked for it. */
  public static ObjectNode page(Preview preview, PreviewRequest request) {
    ObjectNode node = Json.object();
    Status status = preview.waitsFor().isPresent() ? Status.PENDING : preview.begun().status();
    RolloutPrinter.state(node, status, preview.waitsFor(), Optional.empty());
    RolloutPrinter.fromAndBack(node, preview.begun().base(), preview.begun().restores());
    RolloutPrinter.notWatched(node, preview.notWatched());
    if (!preview.warnings().isEmpty()) {
      ArrayNode warnings = node.putArray("warnings");
      preview.warnings().forEach(warnings::add);
    }
    ArrayNode steps = node.putArray("steps");
    preview.steps().forEach(step -> print(steps.addObject(), step, preview.first().kind()));
    Timestamps.put(node, "bakeEndTime", preview.bakes());
    Timestamps.put(node, "eta", preview.ends());
    preview.next().ifPresent(next -> node.put("nextPageToken", request.nextPageToken(next)));
    return node;
  }

  private static void print(ObjectNode node, Preview.Step step, Kind kind) {
    node.put("batch", step.batch());
    Timestamps.put(node, "startTime", step.start());
    node.set("allocation", Numbers.allocation(step.allocation()));
    node.set("moved", Numbers.moved(step.moved(), kind));
    if (step.holds()) {
      node.put("holds", true);
    }
  }
}
