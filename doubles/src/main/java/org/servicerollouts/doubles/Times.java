package org.servicerollouts.doubles;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.time.Instant;

/** Writes times as seconds since 1970 with milliseconds; in CBOR with the tag that says so. */
final class Times extends StdSerializer<Instant> {
  private static final long serialVersionUID = 1L;

  /** RFC 8949, 3.4.2: "Epoch-Based Date/Time". */
  private static final int EPOCH = 1;

  private Times() {
    super(Instant.class);
  }

  static Module module() {
    return new SimpleModule().addSerializer(Instant.class, new Times());
  }

  @Override
  public void serialize(Instant time, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    if (json instanceof CBORGenerator cbor) {
      cbor.writeTag(EPOCH);
    }
    json.writeNumber(time.toEpochMilli() / 1000.0);
  }
}
