package org.servicerollouts.local.redrive;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The bucket into which Lambda puts what it gave up to call a function with. */
record FailureBucket(S3Client client, String name) {

  /**
   * What Lambda's keys begin with: {@code aws/lambda/<mapping>/<shard>/YYYY/MM/DD/…} (AWS Lambda
   * Developer Guide).
   */
  private static final String PREFIX = "aws/lambda/";

  /** The keys of all that is there, page by page. */
  List<String> keys() {
    return client.listObjectsV2Paginator(r -> r.bucket(name).prefix(PREFIX)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /** An object's text, unless it has gone meanwhile. */
  Optional<String> find(String key) {
    try {
      return Optional.of(
          client.getObjectAsBytes(r -> r.bucket(name).key(key)).asString(StandardCharsets.UTF_8));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  void delete(String key) {
    client.deleteObject(r -> r.bucket(name).key(key));
  }
}
