package org.servicerollouts.local.redrive;

import java.util.function.Consumer;
import org.servicerollouts.local.Program;
import org.servicerollouts.local.Refusal;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * {@code ./rollouts redrive}: sends again what the publish-events of a deployed stack could not;
 * the exit code is 0 if nothing is left.
 */
public final class Redrive {
  private static final int SOME_LEFT = 1;

  /** Of the SDK some messages list all that it tried. */
  private static final int LONGEST = 300;

  private Redrive() {}

  public static void main(String[] args) {
    Program.run(SOME_LEFT, program -> redrive(program, RedriveArguments.parse(args)));
  }

  private static int redrive(Program program, RedriveArguments arguments) {
    AwsClients clients = program.closing(AwsClients.in(arguments.region()));
    return run(clients, arguments, System.out::println) ? 0 : SOME_LEFT;
  }

  /**
   * Does what {@code arguments} ask for.
   *
   * @param out takes what to tell, line by line
   * @return whether nothing is left that could not be sent
   * @throws Refusal where AWS cannot be asked, or refuses
   */
  static boolean run(AwsClients clients, RedriveArguments arguments, Consumer<String> out) {
    try {
      DeployedStack stack = new DeployedStack(clients.stacks(), arguments.stack());
      Redriving redriving =
          new Redriving(
              new FailureBucket(clients.objects(), stack.failureBucket()),
              new PublishEvents(clients.functions(), stack.publishEvents()),
              out);
      if (arguments.dryRun()) {
        redriving.show();
        return true;
      }
      return redriving.run();
    } catch (SdkException e) {
      throw refusal(e);
    }
  }

  /** In AWS's own words, in one line. */
  private static Refusal refusal(SdkException e) {
    String message =
        e instanceof AwsServiceException refused && refused.awsErrorDetails() != null
            ? refused.awsErrorDetails().serviceName()
                + ": "
                + refused.awsErrorDetails().errorMessage()
            : e.getMessage();
    String line = message.replaceAll("\\s+", " ");
    return new Refusal(
        "redrive: " + (line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line));
  }
}
