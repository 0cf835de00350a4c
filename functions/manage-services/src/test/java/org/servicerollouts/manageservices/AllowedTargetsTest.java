package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.Fault;
import org.servicerollouts.doubles.LambdaDouble;
import org.servicerollouts.targets.LambdaTags;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.LambdaClient;

class AllowedTargetsTest {
  private static final ServiceName SHOP = new ServiceName("shop.example.com");
  private static final ServiceName CART = new ServiceName("cart");

  @AutoClose private final LambdaDouble lambda;
  private final LambdaTags tags;
  private final AtomicReference<String> pairs = new AtomicReference<>("");

  AllowedTargetsTest() throws IOException {
    lambda =
        LambdaDouble.start(0, new AwsAccount("us-east-1", "123456789012"), InstantSource.system());
    lambda.add("checkout", "1");
    lambda.add("basket", "1");
    tags =
        new LambdaTags(
            Clients.client(
                LambdaClient.builder()
                    .endpointOverride(lambda.endpoint())
                    .credentialsProvider(AnonymousCredentialsProvider.create()),
                "us-east-1",
                1),
            "us-east-1",
            "123456789012");
  }

  private static Target.LambdaAlias alias(String function) {
    return new Target.LambdaAlias(function, "live");
  }

  private AllowedTargets named(String all) {
    pairs.set(all);
    return new AllowedTargets(Optional.of(pairs::get), Optional.empty());
  }

  private AllowedTargets tagged() {
    return new AllowedTargets(Optional.empty(), Optional.of(tags));
  }

  private static Problem refusal(AllowedTargets allowed, ServiceName service, String function) {
    try {
      allowed.require(service, alias(function));
      throw new AssertionError(service + " may have " + function);
    } catch (ProblemException e) {
      assertThat(e.problem().field()).contains("target.lambdaAlias.functionName");
      assertThat(e.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      return e.problem();
    }
  }

  private static void assertAllowed(AllowedTargets allowed, ServiceName service, String function) {
    assertThatCode(() -> allowed.require(service, alias(function))).doesNotThrowAnyException();
  }

  @Test
  void aFunctionOfWhichNothingIsSaidMayBeAnyServices() {
    assertAllowed(AllowedTargets.ANY, SHOP, "checkout");
    assertAllowed(named("cart=basket"), SHOP, "checkout");
    assertAllowed(tagged(), SHOP, "checkout");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example.com=checkout",
    "'cart=basket,shop.example.com=checkout'",
    "'cart=checkout, shop.example.com=checkout'"
  })
  void aFunctionThatIsNamedIsForTheServicesThatAreNamedWithIt(String all) {
    assertAllowed(named(all), SHOP, "checkout");
    assertThat(refusal(named(all), new ServiceName("bank"), "checkout").message())
        .isEqualTo(
            "target.lambdaAlias.functionName: \"checkout\" (expected: a function that this"
                + " deployment gives to service 'bank')");
  }

  @Test
  void namesAreComparedWhole() {
    refusal(named("shop=checkout"), SHOP, "checkout");
    assertAllowed(named("cart=checkout2"), SHOP, "checkout");
  }

  @Test
  void theListIsReadEachTime() {
    AllowedTargets allowed = named("cart=checkout");
    refusal(allowed, SHOP, "checkout");
    pairs.set("shop.example.com=checkout");
    assertAllowed(allowed, SHOP, "checkout");
    refusal(allowed, CART, "checkout");
  }

  @Test
  void aTagNamesTheServicesOfItsFunction() {
    lambda.tag("checkout", "service-rollouts", "cart  shop.example.com cart");
    assertAllowed(tagged(), SHOP, "checkout");
    assertAllowed(tagged(), CART, "checkout");
    assertThat(refusal(tagged(), new ServiceName("bank"), "checkout").message())
        .contains("a function that this deployment gives to service 'bank'");
    lambda.tag("basket", "team", "bank");
    assertAllowed(tagged(), SHOP, "basket");
  }

  @Test
  void tagsAreNotReadWhereTheySayNothing() {
    lambda.tag("checkout", "service-rollouts", "cart");
    assertAllowed(named(""), SHOP, "checkout");
    assertThat(lambda.calls()).isEmpty();
  }

  @Test
  void listAndTagBothCount() {
    lambda.tag("checkout", "service-rollouts", "cart");
    AllowedTargets both = new AllowedTargets(Optional.of(pairs::get), Optional.of(tags));
    pairs.set("shop.example.com=checkout,cart=checkout");
    assertAllowed(both, CART, "checkout");
    refusal(both, SHOP, "checkout");
  }

  @Test
  void whereTheListCannotBeReadNothingIsAllowed() {
    AllowedTargets unreadable =
        new AllowedTargets(
            Optional.of(
                () -> {
                  throw SdkClientException.create("Unable to execute HTTP request: Read timed out");
                }),
            Optional.empty());
    assertThat(refusal(unreadable, SHOP, "checkout").message())
        .isEqualTo(
            "target.lambdaAlias.functionName: TargetServices: Unable to execute HTTP request: Read"
                + " timed out (expected: a list that can be read)");
  }

  @Test
  void whereTagsCannotBeReadNothingIsAllowed() {
    assertThat(refusal(tagged(), SHOP, "unknown").message())
        .startsWith("target.lambdaAlias.functionName: function unknown: ListTags: ResourceNotFound")
        .endsWith("(expected: a function whose tags can be read)");
    lambda.faults().next(1, Fault.BROKEN);
    refusal(tagged(), SHOP, "checkout");
    lambda.faults().next(1, Fault.THROTTLED);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> tagged().require(SHOP, alias("checkout")))
        .satisfies(e -> assertThat(e.problem().kind()).isEqualTo(Problem.Kind.THROTTLED));
  }
}
