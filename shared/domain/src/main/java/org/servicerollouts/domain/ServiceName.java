package org.servicerollouts.domain;

import java.util.regex.Pattern;

/**
 * The name of a service: labels of {@code [a-z0-9_-]} joined by dots, at most 253 characters. A
 * PAI-EAS service, named by cluster and name there, is {@code name.cluster} here.
 */
public record ServiceName(String value) implements Comparable<ServiceName> {
  private static final Pattern LABELS = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 253;

  public ServiceName {
    if (value == null || value.isEmpty()) {
      throw Problem.missing("serviceName", EXPECTED).exception();
    }
    if (value.length() > MAX_LENGTH || !LABELS.matcher(value).matches()) {
      throw Problem.invalid("serviceName", value, EXPECTED).exception();
    }
  }

  private static final String EXPECTED =
      "labels of a-z, 0-9, '_' and '-' joined by dots, at most " + MAX_LENGTH + " characters";

  /** The service that PAI-EAS calls {@code name} in {@code cluster}. */
  public static ServiceName ofCluster(String cluster, String name) {
    return new ServiceName(name + "." + cluster);
  }

  /** The part that PAI-EAS calls the service's name: all but the last label. */
  public String nameInCluster() {
    int dot = value.lastIndexOf('.');
    return dot < 0 ? value : value.substring(0, dot);
  }

  /** The part that PAI-EAS calls the cluster: the last label, empty where the name has but one. */
  public String cluster() {
    int dot = value.lastIndexOf('.');
    return dot < 0 ? "" : value.substring(dot + 1);
  }

  @Override
  public int compareTo(ServiceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
