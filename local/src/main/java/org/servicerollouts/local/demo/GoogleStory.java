package org.servicerollouts.local.demo;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Google's guide to service rollouts: a canary, the whole, and back. */
final class GoogleStory {
  private static final String SERVICE = "/v1/services/endpointsapis.appspot.com";

  private final Api api;
  private final Screen screen;
  private final Checks checks;

  GoogleStory(Api api, Screen screen, Checks checks) {
    this.api = api;
    this.screen = screen;
    this.checks = checks;
  }

  void play() throws InterruptedException {
    screen.title("Google Service Management: endpointsapis.appspot.com by traffic");
    prepare();

    Seed canary = Seed.load("google-create-canary");
    checks.seed("Canary", canary, api.send(canary));
    show("canary-rollout: 10 % of the traffic tries configuration new");
    Seed operation = Seed.load("google-operation");
    checks.seed("Operation of the canary", operation, api.send(operation));
    screen.line("  its operation is done");
    Seed history = Seed.load("google-history");
    checks.seed("History after the canary", history, api.send(history));
    screen.line("  the history has it on top");

    Seed full = Seed.load("google-create-full");
    checks.seed("Full rollout", full, api.send(full));
    show("full-rollout: all traffic goes to new");

    Seed rollback = Seed.load("google-create-rollback");
    checks.seed("Rollback", rollback, api.send(rollback));
    show("rollout-to-old: and back");

    List<String> ids =
        api.get(SERVICE + "/rollouts")
            .path("rollouts")
            .valueStream()
            .map(GoogleStory::idAndStatus)
            .toList();
    checks.equal(
        "rollouts",
        ids,
        List.of(
            "rollout-to-old SUCCESS",
            "full-rollout SUCCESS",
            "canary-rollout SUCCESS",
            "old-rollout SUCCESS"));
    screen.line("  history, newest first: " + String.join(", ", ids));
  }

  /** The guide begins with a service that runs configuration old. */
  private void prepare() throws InterruptedException {
    api.post("/v1/services", "{\"serviceName\": \"endpointsapis.appspot.com\"}");
    for (String config : List.of("old", "new")) {
      api.post(
          SERVICE + "/configs",
          "{\"id\": \"" + config + "\", \"name\": \"endpointsapis.appspot.com\"}");
    }
    api.post(
        SERVICE + "/rollouts",
        "{\"rolloutId\": \"old-rollout\", \"trafficPercentStrategy\": {\"percentages\": {\"old\":"
            + " 100}}}");
    show("A service with configurations old and new; all traffic is on old");
  }

  private void show(String what) throws InterruptedException {
    JsonNode newest = api.get(SERVICE + "/rollouts").path("rollouts").path(0);
    screen.line("  " + what);
    screen.line(
        "    "
            + newest.path("trafficPercentStrategy").path("percentages").properties().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                .map(share -> share(share.getKey(), share.getValue().asDouble()))
                .collect(joining("   ")));
  }

  private String share(String config, double percent) {
    return config + " " + screen.bar(Math.round(percent), 100) + " " + Math.round(percent) + " %";
  }

  private static String idAndStatus(JsonNode rollout) {
    return rollout.path("rolloutId").asText() + " " + rollout.path("status").asText();
  }
}
