package org.servicerollouts.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * How far a stream has been read.
 *
 * @param after the sequence number of the last record that was dealt with; empty at the start of
 *     the shard
 */
record Place(String stream, String shard, Optional<String> after) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Place after(String sequenceNumber) {
    return new Place(stream, shard, Optional.of(sequenceNumber));
  }

  /** What was last written to {@code file}; empty if that is nothing that can be read. */
  static Optional<Place> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      return json.hasNonNull("stream") && json.hasNonNull("shard")
          ? Optional.of(
              new Place(
                  json.get("stream").textValue(),
                  json.get("shard").textValue(),
                  Optional.ofNullable(json.path("after").textValue())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Writes it so that a reader, even after a crash, finds either it or what was there before. */
  void write(Path file) {
    ObjectNode json = JSON.createObjectNode().put("stream", stream).put("shard", shard);
    after.ifPresent(number -> json.put("after", number));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, json.toString());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
