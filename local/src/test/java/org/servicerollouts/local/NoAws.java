package org.servicerollouts.local;

import java.util.Set;
import java.util.function.Function;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.targets.LambdaAliases;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** What rollouts without targets and alarms meet on AWS: whoever asks all the same fails. */
public final class NoAws {
  public static final Function<Set<String>, Alarms> ALARMS =
      names -> {
        throw new AssertionError("alarms were asked for: " + names);
      };

  public static final AlarmNames ALARM_NAMES = new AlarmNames("eu-west-1", "123456789012");

  private NoAws() {}

  public static LambdaAliases aliases() {
    return new LambdaAliases(
        new LambdaClient() {
          @Override
          public String serviceName() {
            return SERVICE_NAME;
          }

          @Override
          public void close() {}
        });
  }
}
