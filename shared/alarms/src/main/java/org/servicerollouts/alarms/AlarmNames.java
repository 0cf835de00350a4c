package org.servicerollouts.alarms;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerollouts.aws.Environment;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * The alarms that clients name: by name, or by the ARN of an alarm of this account and Region.
 * Those of other accounts and Regions cannot be read from here.
 *
 * @param region this Region
 * @param account this account's number
 */
public record AlarmNames(String region, String account) {
  /**
   * PutMetricAlarm, AlarmName: "Maximum length of 255", "must contain only UTF-8 characters, and
   * can't contain ASCII control characters".
   */
  private static final int LONGEST = 255;

  /** The name may hold colons. */
  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:cloudwatch:(?<region>[^:]*):(?<account>\\d{12}):alarm:(?<name>.+)",
          Pattern.DOTALL);

  /** Of the account and Region that {@code ACCOUNT_ID} and {@code AWS_REGION} name. */
  public static AlarmNames fromEnvironment() {
    return new AlarmNames(Environment.required("AWS_REGION"), Environment.required("ACCOUNT_ID"));
  }

  /** Whether {@code arn} is the one that the alarm {@code name} of this account and Region has. */
  public boolean isArnOf(String arn, String name) {
    return ownName(arn).filter(name::equals).isPresent();
  }

  /**
   * The alarm's name.
   *
   * @param field the path of the field, for messages
   * @param given a name or an ARN
   * @throws ProblemException if no alarm of this account and Region can have it
   */
  public String name(String field, String given) {
    String name = given.startsWith("arn:") ? nameInArn(field, given) : given;
    if (name.isEmpty()
        || name.length() > LONGEST
        || !name.codePoints().allMatch(AlarmNames::fits)) {
      throw Problem.invalid(field, given, "1 to " + LONGEST + " characters, no control characters")
          .exception();
    }
    return name;
  }

  private String nameInArn(String field, String given) {
    return ownName(given)
        .orElseThrow(
            () ->
                Problem.invalid(
                        field, given, "the name or ARN of an alarm of this account and Region")
                    .exception());
  }

  private Optional<String> ownName(String given) {
    Matcher arn = ARN.matcher(given);
    return arn.matches()
            && arn.group("region").equals(region)
            && arn.group("account").equals(account)
        ? Optional.of(arn.group("name"))
        : Optional.empty();
  }

  private static boolean fits(int character) {
    return !Character.isISOControl(character)
        && Character.getType(character) != Character.SURROGATE;
  }
}
