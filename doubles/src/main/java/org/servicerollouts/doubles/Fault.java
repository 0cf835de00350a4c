package org.servicerollouts.doubles;

/** A way in which a call fails that would else have been answered. */
public enum Fault {
  /** Not done; AWS says that it gets too many calls. */
  THROTTLED,
  /** Not done; AWS says that something of its own broke. */
  BROKEN,
  /** Not done; the connection is closed without an answer. */
  DROPPED,
  /** Done, but the answer never comes: the caller waits until it gives up. */
  DONE_BUT_SILENT
}
