package org.servicerollouts.wire;

import java.util.ArrayList;
import java.util.List;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;

/**
 * A path by its segments, and its shape: names as {@code *}, so that the calls are one table.
 *
 * @param shape the verb of Google's custom methods, {@code :verb}, stays on its last segment
 */
record CallPath(List<String> segments, String shape) {
  private static final String OPERATIONS = "/v1/operations/";

  public CallPath {
    segments = List.copyOf(segments);
  }

  static CallPath of(String path) {
    if (path.startsWith(OPERATIONS)) {
      return new CallPath(List.of(), OPERATIONS + "**");
    }
    List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
    String last = segments.removeLast();
    int colon = Surface.of(path) == Surface.GOOGLE ? last.lastIndexOf(':') : -1;
    segments.add(colon < 0 ? last : last.substring(0, colon));
    return new CallPath(segments, shape(segments, path) + (colon < 0 ? "" : last.substring(colon)));
  }

  private static String shape(List<String> segments, String path) {
    // Segment 0 is what stands before the first slash: nothing.
    List<Integer> names =
        switch (Surface.of(path)) {
          case GOOGLE -> List.of(3, 5);
          case EAS -> List.of(4, 5);
        };
    List<String> shape = new ArrayList<>(segments);
    names.stream().filter(i -> i < shape.size()).forEach(i -> shape.set(i, "*"));
    return String.join("/", shape);
  }

  ServiceName service() {
    String name = segments.get(3);
    try {
      return new ServiceName(name);
    } catch (ProblemException e) {
      throw NotFound.service(name).exception();
    }
  }

  /** The project of {@code projects/{project}/services/{service}}. */
  String project() {
    return segments.get(3);
  }

  /** The service of {@code projects/{project}/services/{service}}. */
  ServiceName enabledService() {
    String name = segments.get(5);
    try {
      return new ServiceName(name);
    } catch (ProblemException e) {
      throw NotFound.serviceToEnable(name).exception();
    }
  }

  ServiceName easService() {
    String cluster = segments.get(4);
    String name = segments.get(5) + "." + cluster;
    try {
      ServiceName service = new ServiceName(name);
      if (service.cluster().equals(cluster)) {
        return service;
      }
    } catch (ProblemException e) {
      throw NotFound.service(name).exception();
    }
    throw NotFound.service(name).exception();
  }

  String configId() {
    String id = segments.get(5);
    if (!Ids.isValid(id)) {
      throw NotFound.config(service(), id).exception();
    }
    return id;
  }

  Call.SteerRollout steering(Event.Verb verb) {
    return new Call.SteerRollout(service(), rolloutId(), verb);
  }

  String rolloutId() {
    String id = segments.get(5);
    if (!Ids.isValid(id)) {
      throw NotFound.rollout(service(), id).exception();
    }
    return id;
  }
}
