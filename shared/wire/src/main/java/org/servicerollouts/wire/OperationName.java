package org.servicerollouts.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;

/** The name of a long-running operation, in the forms that Google gives them. */
public sealed interface OperationName {

  ServiceName service();

  /** As it stands on the wire: {@code operations/…}. */
  String text();

  /** {@code operations/rollouts.{service}:{rolloutId}}. */
  record OfRollout(ServiceName service, String rolloutId) implements OperationName {
    public OfRollout {
      Ids.require("rolloutId", rolloutId);
    }

    @Override
    public String text() {
      return "operations/rollouts." + service + ":" + rolloutId;
    }
  }

  /**
   * {@code operations/services.{service}-{ord}}.
   *
   * @param ord the operation's place among those of the service
   */
  record OfService(ServiceName service, long ord) implements OperationName {
    @Override
    public String text() {
      return "operations/services." + service + "-" + ord;
    }
  }

  /**
   * {@code operations/serviceConfigs.{service}:{ord}}.
   *
   * @param ord the operation's place among those of the service
   */
  record OfConfig(ServiceName service, long ord) implements OperationName {
    @Override
    public String text() {
      return "operations/serviceConfigs." + service + ":" + ord;
    }
  }

  /** The name of an operation of a service or config. */
  static OperationName of(ServiceOperation operation) {
    return switch (operation.done()) {
      case ServiceOperation.ServiceCreated done -> ofService(operation);
      case ServiceOperation.ServiceDeleted done -> ofService(operation);
      case ServiceOperation.ServiceUndeleted done -> ofService(operation);
      case ServiceOperation.ConfigSubmitted done -> ofConfig(operation);
      case ServiceOperation.ConfigValidated done -> ofConfig(operation);
    };
  }

  private static OperationName ofService(ServiceOperation operation) {
    return new OfService(operation.service(), operation.ord());
  }

  private static OperationName ofConfig(ServiceOperation operation) {
    return new OfConfig(operation.service(), operation.ord());
  }

  /**
   * The operation that {@code text} names.
   *
   * @throws ProblemException OPERATION_NOT_FOUND for a text that names none
   */
  static OperationName of(String text) {
    try {
      return parse(text).orElseThrow(() -> NotFound.operation(text).exception());
    } catch (ProblemException e) {
      throw NotFound.operation(text).exception();
    }
  }

  private static Optional<OperationName> parse(String text) {
    Matcher rollout = Pattern.compile("operations/rollouts\\.([^:]*):([^:]*)").matcher(text);
    if (rollout.matches()) {
      return Optional.of(new OfRollout(new ServiceName(rollout.group(1)), rollout.group(2)));
    }
    Matcher service =
        Pattern.compile("operations/services\\.(.*)-(0|[1-9][0-9]{0,14})").matcher(text);
    if (service.matches()) {
      return Optional.of(
          new OfService(new ServiceName(service.group(1)), Long.parseLong(service.group(2))));
    }
    Matcher config =
        Pattern.compile("operations/serviceConfigs\\.([^:]*):(0|[1-9][0-9]{0,14})").matcher(text);
    if (config.matches()) {
      return Optional.of(
          new OfConfig(new ServiceName(config.group(1)), Long.parseLong(config.group(2))));
    }
    return Optional.empty();
  }
}
