package org.servicerollouts.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/**
 * PAI-EAS's service rollouts: ten replicas batch by batch, and ten of which a Partition keeps half.
 */
final class EasStory {
  private static final int REPLICAS = 10;
  private static final String CLUSTER = "cn-shanghai";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss");
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** What is promised of a batch's start after its time. */
  private static final Duration PROMISED = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofSeconds(40);
  private static final Duration HELD = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Api api;
  private final Screen screen;
  private final Checks checks;

  EasStory(Api api, Screen screen, Checks checks) {
    this.api = api;
    this.screen = screen;
    this.checks = checks;
  }

  /** What Describe shows of a rollout. */
  private record Seen(JsonNode answer) {
    String phase() {
      return status().path("Phase").asText();
    }

    int updated() {
      return status().path("UpdatedReplicas").asInt(-1);
    }

    String currentRevision() {
      return status().path("CurrentRevision").asText();
    }

    String updateRevision() {
      return status().path("UpdateRevision").asText();
    }

    Optional<Instant> next() {
      return Optional.ofNullable(status().path("NextBatchStartTime").textValue())
          .map(text -> LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC));
    }

    boolean hasEnded() {
      return phase().equals("Completed") || phase().equals("Failed");
    }

    private JsonNode status() {
      return answer.path("Rollout").path("Status");
    }
  }

  void playBatches() throws InterruptedException {
    screen.title("PAI-EAS: service foo, 10 replicas, one at a time, 2 s apart");
    String operation = update("foo", "{\"Batch\": {\"BatchSize\": \"1\", \"Interval\": \"2s\"}}");

    Seen before = describe("foo");
    checks.equal("UpdatedReplicas after the update", before.updated(), 1);
    Duration latest = Duration.ZERO;
    Instant deadline = Instant.now().plus(LONGEST);
    show("foo", before);
    while (!before.hasEnded()) {
      if (Instant.now().isAfter(deadline)) {
        throw new WrongAnswer(
            "Phase of foo after " + LONGEST + ": " + before.phase() + " (expected: Completed)");
      }
      Thread.sleep(POLL);
      Seen now = describe("foo");
      if (now.updated() != before.updated()) {
        checks.equal("UpdatedReplicas", now.updated(), before.updated() + 1);
        Duration late = lateness(before);
        latest = late.compareTo(latest) > 0 ? late : latest;
        if (now.updated() == REPLICAS / 2) {
          compare("Describe under Batch, 5 updated", "eas-describe-batch", "foo", now);
        }
      }
      show("foo", now);
      before = now;
    }
    checks.equal("Phase", before.phase(), "Completed");
    checks.equal("UpdatedReplicas", before.updated(), REPLICAS);
    checks.equal("CurrentRevision", before.currentRevision(), before.updateRevision());
    screen.line(
        "  completed; the latest batch started "
            + latest.toMillis()
            + " ms after the time shown for it");

    JsonNode done = api.get("/v1/" + operation);
    checks.that(done.path("done").asBoolean(), "done", done.path("done"), "true");
    checks.equal(
        "progressPercentage", done.path("metadata").path("progressPercentage").asInt(), 100);
    screen.line("  its operation is done: " + operation);
  }

  void playPartition() throws InterruptedException {
    screen.title("PAI-EAS: service bar, 10 replicas, a Partition that keeps 50% of them");
    update("bar", "{\"Partition\": {\"Partition\": \"50%\"}}");
    Seen held = describe("bar");
    compare("Describe under Partition, 5 updated", "eas-describe-partition", "bar", held);
    Instant end = Instant.now().plus(HELD);
    while (Instant.now().isBefore(end)) {
      show("bar", held);
      Thread.sleep(POLL);
      held = describe("bar");
      if (held.updated() != REPLICAS / 2 || !held.phase().equals("Running")) {
        checks.wrong(
            "bar: "
                + held.phase()
                + ", "
                + held.updated()
                + " updated (expected: Running, 5 updated)");
        break;
      }
    }
    screen.line("  held there until its Partition is lowered");
  }

  /** Makes the service, its plan and an update of it, and names the operation that this started. */
  private String update(String service, String plan) throws InterruptedException {
    String path = "/api/v2/services/" + CLUSTER + "/" + service;
    api.post(
        "/api/v2/services",
        """
        {"metadata": {"name": "%s", "region": "%s", "instance": %d},
         "features": {"eas.aliyun.com/enable-rollout": "true"},
         "containers": [{"image": "registry.example/%s:1"}]}\
        """
            .formatted(service, CLUSTER, REPLICAS, service));
    screen.line("  created with 10 replicas at its first revision");
    api.post(path + "/rollout", plan);
    checks.equal("Phase of the plan", describe(service).phase(), "Pending");
    screen.line("  its plan waits for an update: " + plan);
    JsonNode updated =
        api.put(path, "{\"containers\": [{\"image\": \"registry.example/" + service + ":2\"}]}");
    screen.line("  updated to image 2: the rollout starts");
    return updated.path("OperationName").asText();
  }

  private Seen describe(String service) throws InterruptedException {
    return new Seen(api.get("/api/v2/services/" + CLUSTER + "/" + service + "/rollout"));
  }

  private void compare(String title, String seed, String service, Seen seen) {
    checks.seed(
        title,
        Seed.load(seed, Map.of("ClusterId", CLUSTER, "ServiceName", service)),
        seen.answer());
  }

  /** How long after the time that was shown for it the batch seen now has started. */
  private Duration lateness(Seen before) {
    Instant now = Instant.now();
    if (before.next().isEmpty()) {
      checks.wrong(
          "NextBatchStartTime at " + before.updated() + " updated: absent (expected: a time)");
      return Duration.ZERO;
    }
    Duration late = Duration.between(before.next().get(), now);
    checks.that(
        !late.isNegative() && late.compareTo(PROMISED) <= 0,
        "Start of batch " + (before.updated() + 1) + " after its NextBatchStartTime",
        late,
        "0 to " + PROMISED);
    return late;
  }

  private void show(String service, Seen seen) {
    String state =
        "  %s %s %2d/%d  %s"
                .formatted(
                    service,
                    screen.bar(seen.updated(), REPLICAS),
                    seen.updated(),
                    REPLICAS,
                    seen.phase())
            + seen.next()
                .map(next -> "  next batch " + CLOCK.format(next.atOffset(ZoneOffset.UTC)) + " UTC")
                .orElse("");
    String ticking =
        seen.next()
            .map(next -> Duration.between(Instant.now(), next))
            .filter(left -> !left.isNegative())
            .map(left -> "  (in %.1f s)".formatted(left.toMillis() / 1000.0))
            .orElse("");
    screen.live(state, ticking);
  }
}
