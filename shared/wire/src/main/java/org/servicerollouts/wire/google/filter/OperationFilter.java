package org.servicerollouts.wire.google.filter;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.google.filter.Filter.Operator;
import org.servicerollouts.wire.google.filter.Filter.Restriction;

/**
 * The filter of operations.list: the one service whose operations are meant, and a test of each.
 *
 * <p>Its fields (ListOperationsRequest.filter, and {@code done} from the help of gcloud):
 *
 * <ul>
 *   <li>{@code serviceName}, required, once, with {@code =}, at the top level, alone or with AND.
 *   <li>{@code startTime} with {@code >=}, {@code >}, {@code <=}, {@code <}: an ISO 8601 date (its
 *       first moment) or date and time, in UTC unless it says otherwise.
 *   <li>{@code status} with {@code =}, {@code !=}, in any case: {@code done} is every operation
 *       that has ended, {@code failed} is those of them that ended with an error, {@code
 *       in_progress} is the rest.
 *   <li>{@code done} with {@code =}, {@code !=}: {@code true} or {@code false}, in any case.
 * </ul>
 */
public final class OperationFilter {
  private static final String SERVICE_NAME = "serviceName";

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendOptional(offset("+HH:MM"))
          .appendOptional(offset("+HHMM"))
          .appendOptional(offset("+HH"))
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static DateTimeFormatter offset(String pattern) {
    return new DateTimeFormatterBuilder().appendOffset(pattern, "Z").toFormatter(Locale.ROOT);
  }

  /**
   * What a filter asks of an operation.
   *
   * @param done whether it has ended
   * @param failed whether it ended with an error
   */
  public record Facts(Instant startTime, boolean done, boolean failed) {
    public Facts {
      requireNonNull(startTime, "startTime is null");
      if (failed && !done) {
        throw new IllegalArgumentException("failed: true (expected: false until done)");
      }
    }
  }

  private final ServiceName service;
  private final Optional<Predicate<Facts>> facts;

  private OperationFilter(ServiceName service, Optional<Predicate<Facts>> facts) {
    this.service = service;
    this.facts = facts;
  }

  /**
   * The filter that {@code text} is.
   *
   * @throws ProblemException INVALID_VALUE, with the position, for what is no such filter;
   *     MISSING_VALUE where it names no service
   */
  public static OperationFilter of(String text) {
    List<Filter> parts = conjuncts(Filter.parse(text)).toList();
    List<Restriction> services =
        parts.stream()
            .flatMap(
                p -> p instanceof Restriction r && isService(r) ? Stream.of(r) : Stream.empty())
            .toList();
    List<Filter> others = parts.stream().filter(part -> !services.contains(part)).toList();
    Predicate<Facts> facts = new Filter.And(others).predicate(OperationFilter::meaning);
    if (services.isEmpty()) {
      throw missingService();
    }
    if (services.size() > 1) {
      throw Filter.refused(
          "a second " + SERVICE_NAME, services.get(1).field().position(), SERVICE_NAME + " once");
    }
    return new OperationFilter(
        service(services.getFirst()), others.isEmpty() ? Optional.empty() : Optional.of(facts));
  }

  public ServiceName service() {
    return service;
  }

  /** Whether it asks for more than the service. */
  public boolean isSelective() {
    return facts.isPresent();
  }

  /** Whether an operation of {@link #service} passes. */
  public boolean test(Facts operation) {
    return facts.map(wanted -> wanted.test(operation)).orElse(true);
  }

  /** What must hold together: parentheses in which there is no OR change nothing. */
  private static Stream<Filter> conjuncts(Filter filter) {
    return filter instanceof Filter.And(List<Filter> filters)
        ? filters.stream().flatMap(OperationFilter::conjuncts)
        : Stream.of(filter);
  }

  private static boolean isService(Restriction restriction) {
    return restriction.field().text().equals(SERVICE_NAME);
  }

  private static ServiceName service(Restriction restriction) {
    if (restriction.operator() != Operator.EQUAL) {
      throw restriction.operatorRefused("only =");
    }
    try {
      return new ServiceName(restriction.value().text());
    } catch (ProblemException e) {
      throw restriction.valueRefused("the name of a service, such as endpointsapis.appspot.com");
    }
  }

  private static Predicate<Facts> meaning(Restriction restriction) {
    return switch (restriction.field().text()) {
      case "startTime" -> startTime(restriction);
      case "status" -> restriction.equality(status(restriction));
      case "done" -> restriction.equality(done(restriction));
      case SERVICE_NAME ->
          throw Filter.refused(
              SERVICE_NAME + " within OR",
              restriction.field().position(),
              SERVICE_NAME + " at the top level, alone or with AND");
      default -> throw restriction.fieldRefused("serviceName, startTime, status or done");
    };
  }

  private static Predicate<Facts> status(Restriction restriction) {
    return switch (restriction.value().text().toLowerCase(Locale.ROOT)) {
      case "done" -> Facts::done;
      case "in_progress" -> facts -> !facts.done();
      case "failed" -> Facts::failed;
      default -> throw restriction.valueRefused("done, in_progress or failed");
    };
  }

  private static Predicate<Facts> done(Restriction restriction) {
    return switch (restriction.value().text().toLowerCase(Locale.ROOT)) {
      case "true" -> Facts::done;
      case "false" -> facts -> !facts.done();
      default -> throw restriction.valueRefused("true or false");
    };
  }

  private static Predicate<Facts> startTime(Restriction restriction) {
    Instant time = time(restriction);
    return switch (restriction.operator()) {
      case AT_LEAST -> facts -> !facts.startTime().isBefore(time);
      case ABOVE -> facts -> facts.startTime().isAfter(time);
      case AT_MOST -> facts -> !facts.startTime().isAfter(time);
      case BELOW -> facts -> facts.startTime().isBefore(time);
      case EQUAL, NOT_EQUAL -> throw restriction.operatorRefused(">=, >, <= or <");
    };
  }

  private static Instant time(Restriction restriction) {
    try {
      return switch (TIME.parseBest(
          restriction.value().text(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from)) {
        case OffsetDateTime time -> time.toInstant();
        case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
        case LocalDate date -> date.atStartOfDay().toInstant(ZoneOffset.UTC);
        case TemporalAccessor other -> throw new DateTimeException("no date: " + other);
      };
    } catch (DateTimeException e) {
      throw restriction.valueRefused(
          "a date or a date and time of ISO 8601, such as 2017-02-01 or 2017-02-01T16:02:32Z");
    }
  }

  private static ProblemException missingService() {
    return new Problem(
            Problem.Kind.MISSING_VALUE,
            "filter: serviceName is missing"
                + " (expected: serviceName=\"<service>\" at the top level, alone or with AND)",
            Optional.of("filter"))
        .exception();
  }
}
