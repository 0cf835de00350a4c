package org.servicerollouts.wire.google.proto;

import java.io.ByteArrayOutputStream;

/** Writes protobuf's binary form (protobuf.dev, "Encoding"). */
final class Wire {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** How a value is laid out; a tag tells it. */
  enum Kind {
    VARINT(0),
    FIXED64(1),
    LENGTH(2),
    FIXED32(5);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  void tag(int number, Kind kind) {
    varint(((long) number << 3) | kind.code);
  }

  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  void fixed64(long bits) {
    fixed32((int) bits);
    fixed32((int) (bits >>> 32));
  }

  void fixed32(int bits) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(bits >>> shift);
    }
  }

  void bytes(byte[] bytes) {
    varint(bytes.length);
    out.writeBytes(bytes);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
