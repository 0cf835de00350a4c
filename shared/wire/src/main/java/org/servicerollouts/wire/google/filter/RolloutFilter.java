package org.servicerollouts.wire.google.filter;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Status;
import org.servicerollouts.wire.google.RolloutPrinter;
import org.servicerollouts.wire.google.filter.Filter.Restriction;

/**
 * The filter of services.rollouts.list: {@code status} and {@code strategy}, each with {@code =} or
 * {@code !=} (ListServiceRolloutsRequest.filter). A rollout's status is that of its own item, as
 * the list prints it.
 */
public final class RolloutFilter {
  private static final List<String> STATUSES =
      Arrays.stream(Status.values()).map(RolloutPrinter::statusName).distinct().toList();

  private static final String TRAFFIC_PERCENT = "TrafficPercentStrategy";
  private static final String DELETE_SERVICE = "DeleteServiceStrategy";

  private RolloutFilter() {}

  /**
   * The test that {@code text} asks for; blank text lets every rollout pass.
   *
   * @throws ProblemException INVALID_VALUE, with the position, for what is no such filter
   */
  public static Predicate<Rollout> of(String text) {
    return Filter.parse(text).predicate(RolloutFilter::meaning);
  }

  private static Predicate<Rollout> meaning(Restriction restriction) {
    return switch (restriction.field().text()) {
      case "status" -> restriction.equality(status(restriction));
      case "strategy" -> restriction.equality(strategy(restriction));
      default -> throw restriction.fieldRefused("status or strategy");
    };
  }

  private static Predicate<Rollout> status(Restriction restriction) {
    String status = restriction.value().text();
    if (!STATUSES.contains(status)) {
      throw restriction.valueRefused("one of " + String.join(", ", STATUSES));
    }
    return rollout -> RolloutPrinter.statusName(rollout.status()).equals(status);
  }

  private static Predicate<Rollout> strategy(Restriction restriction) {
    return switch (restriction.value().text()) {
      case TRAFFIC_PERCENT -> rollout -> !rollout.isDeletion();
      case DELETE_SERVICE -> Rollout::isDeletion;
      default -> throw restriction.valueRefused(TRAFFIC_PERCENT + " or " + DELETE_SERVICE);
    };
  }
}
