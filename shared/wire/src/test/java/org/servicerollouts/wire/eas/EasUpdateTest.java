package org.servicerollouts.wire.eas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.wire.Query;

class EasUpdateTest {

  /** Saved when there were 4 replicas; there are 10 since it was scaled. */
  private static final String STORED =
      "{\"metadata\":{\"name\":\"foo\",\"instance\":4},\"env\":{\"a\":\"1\",\"b\":\"2\"},\"image\":\"x:1\"}";

  private static EasUpdate update(String query, String body) {
    return EasUpdate.of(replicas(10), Optional.of(STORED), Query.parse(query), json(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"image\": \"x:1\"}",
        "{\"metadata\": {\"instance\": 10}}",
        "{\"metadata\": {\"name\": \"foo\"}, \"env\": {\"b\": \"2\"}}",
        "{\"metadata\": {\"instance\": null}}",
        "{\"metadata\": null}",
        "{\"name\": \"foo\"}",
        "{\"name\": \"foo\", \"metadata\": {\"instance\": 10}, \"image\": \"x:1\"}",
      })
  void whatIsSoAlreadyChangesNothing(String body) {
    assertThat(update("", body)).isEqualTo(new EasUpdate.Unchanged());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"metadata\": {\"instance\": 4}}",
        "{\"metadata\": {\"instance\": \"4\"}, \"image\": \"x:1\"}"
      })
  void theNumberOfReplicasAloneScales(String body) {
    assertThat(update("UpdateType=merge", body)).isEqualTo(new EasUpdate.Scaled(4));
  }

  @Test
  void anythingElseIsANewRevision() {
    assertThat(update("", "{\"image\": \"x:2\", \"env\": {\"b\": null, \"c\": {\"d\": 1}}}"))
        .isEqualTo(
            new EasUpdate.Revised(
                ServiceDocument.read(
                    "{\"metadata\":{\"name\":\"foo\",\"instance\":10},"
                        + "\"env\":{\"a\":\"1\",\"c\":{\"d\":1}},\"image\":\"x:2\"}")));
  }

  @Test
  void aNewRevisionMayScaleToo() {
    EasUpdate update = update("", "{\"image\": \"x:2\", \"metadata\": {\"instance\": 3}}");
    assertThat(update)
        .isInstanceOfSatisfying(
            EasUpdate.Revised.class,
            revised -> assertThat(revised.document().instance()).isEqualTo(3));
  }

  @Test
  void aReplacementForgetsTheRest() {
    assertThat(
            update("UpdateType=replace", "{\"metadata\": {\"instance\": 10}, \"image\": \"x:2\"}"))
        .isEqualTo(
            new EasUpdate.Revised(
                ServiceDocument.read(
                    "{\"metadata\":{\"instance\":10,\"name\":\"foo\"},\"image\":\"x:2\"}")));
  }

  @Test
  void aReplacementMayNameTheServiceAtItsTop() {
    assertThat(update("UpdateType=replace", "{\"name\": \"foo\", \"image\": \"x:2\"}"))
        .isEqualTo(update("UpdateType=replace", "{\"image\": \"x:2\"}"));
  }

  @Test
  void aDocumentThatWasKeptWithAnotherNameAtItsTopMayBeUpdated() {
    String kept = "{\"name\":\"label\",\"metadata\":{\"name\":\"foo\",\"instance\":10}}";
    assertThat(EasUpdate.of(replicas(10), Optional.of(kept), Query.parse(""), json("{\"a\": 1}")))
        .isEqualTo(
            new EasUpdate.Revised(
                ServiceDocument.read(
                    "{\"name\":\"label\",\"metadata\":{\"name\":\"foo\",\"instance\":10},\"a\":1}")));
  }

  @Test
  void whatIsSilentAboutReplicasKeepsThem() {
    assertThat(update("UpdateType=replace", "{\"image\": \"x:2\"}"))
        .isEqualTo(
            new EasUpdate.Revised(
                ServiceDocument.read(
                    "{\"metadata\":{\"instance\":10,\"name\":\"foo\"},\"image\":\"x:2\"}")));
  }

  @Test
  void theSameBodyTwiceIsOneRevisionEvenWithNaN() {
    String kept =
        ServiceDocument.of(json("{\"metadata\": {\"name\": \"foo\"}, \"a\": NaN}")).text();
    assertThat(EasUpdate.of(replicas(10), Optional.of(kept), Query.parse(""), json("{\"a\": NaN}")))
        .isEqualTo(new EasUpdate.Unchanged());
  }

  @Test
  void aServiceWithoutADocumentStartsFromItsNameAndReplicas() {
    assertThat(
            EasUpdate.of(
                replicas(10),
                Optional.empty(),
                Query.parse(""),
                json("{\"metadata\": {\"instance\": 5}}")))
        .isEqualTo(new EasUpdate.Scaled(5));
    assertThat(
            EasUpdate.of(
                replicas(10), Optional.empty(), Query.parse(""), json("{\"image\": \"x:2\"}")))
        .isEqualTo(
            new EasUpdate.Revised(
                ServiceDocument.read(
                    "{\"metadata\":{\"name\":\"foo\",\"instance\":10},\"image\":\"x:2\"}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x=1|{\"metadata\": {\"name\": \"bar\"}}|metadata.name: \"bar\" (expected: \"foo\", as in"
            + " the path)",
        "x=1|{\"name\": \"bar\"}|name: \"bar\" (expected: \"foo\", as in the path)",
        "UpdateType=replace|{\"name\": \"bar\"}|name: \"bar\" (expected: \"foo\", as in the path)",
        "x=1|{\"name\": \"bar\", \"metadata\": {\"name\": \"foo\"}}|name: \"bar\" (expected:"
            + " \"foo\", as metadata.name is)",
        "x=1|{\"features\": {\"eas.aliyun.com/enable-rollout\":"
            + " \"on\"}}|features[\"eas.aliyun.com/enable-rollout\"]: \"on\" (expected: true or"
            + " false)",
        "x=1|{\"metadata\": {\"region\": \"cn-x\"}}|metadata.region: \"cn-x\" (expected:"
            + " \"cn-shanghai\", as in the path)",
        "x=1|{\"metadata\": {\"instance\": -1}}|metadata.instance: -1 (expected: 0 to 1000000"
            + " replicas)",
        "x=1|{\"metadata\": \"foo\"}|metadata: \"foo\" (expected: an object)",
        "UpdateType=patch|{}|UpdateType: \"patch\" (expected: merge or replace)",
        "MemberToUpdate=a|{}|MemberToUpdate: \"a\" (expected: none: services have no members here)",
      })
  void refuses(String query, String body, String message) {
    assertThat(problem(() -> update(query, body)).message()).isEqualTo(message);
  }
}
