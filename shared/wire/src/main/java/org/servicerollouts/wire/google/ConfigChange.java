package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.wire.Json;

/**
 * A google.api.ConfigChange: one difference between two configs.
 *
 * @param element the path of what differs, as google/api/config_change.proto spells it
 * @param oldValue its value in the old config, as JSON; absent if it was added
 * @param newValue its value in the new config, as JSON; absent if it was removed
 */
public record ConfigChange(String element, Optional<String> oldValue, Optional<String> newValue) {

  /** google.api.ChangeType. */
  public enum Type {
    ADDED,
    REMOVED,
    MODIFIED
  }

  public ConfigChange {
    requireNonNull(element, "element is null");
    if (oldValue.equals(newValue)) {
      throw new IllegalArgumentException(
          element + ": " + newValue + " (expected: another value than before)");
    }
  }

  public Type changeType() {
    if (oldValue.isEmpty()) {
      return Type.ADDED;
    }
    return newValue.isEmpty() ? Type.REMOVED : Type.MODIFIED;
  }

  /** As Google prints it. */
  public ObjectNode json() {
    ObjectNode node = Json.object().put("element", element);
    oldValue.ifPresent(value -> node.put("oldValue", value));
    newValue.ifPresent(value -> node.put("newValue", value));
    return node.put("changeType", changeType().name());
  }
}
