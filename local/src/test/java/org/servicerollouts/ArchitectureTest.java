package org.servicerollouts;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The layout is the architecture: dependencies point one way, and the core knows nothing of the
 * world.
 */
class ArchitectureTest {
  private static final String ROOT = "org.servicerollouts.";
  private static final String[] FUNCTIONS = {
    ROOT + "createrollout..",
    ROOT + "steerrollout..",
    ROOT + "getrollout..",
    ROOT + "listrollouts..",
    ROOT + "getoperation..",
    ROOT + "manageservices..",
    ROOT + "advancebatches..",
    ROOT + "publishevents..",
  };

  private static final String[] SHARED = {
    ROOT + "domain..",
    ROOT + "store..",
    ROOT + "wire..",
    ROOT + "lambda..",
    ROOT + "resolver..",
    ROOT + "aws..",
    ROOT + "targets..",
    ROOT + "alarms..",
  };

  private static JavaClasses product;

  @BeforeAll
  static void read() {
    product =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("org.servicerollouts");
    assertThat(product.contain(ROOT + "domain.StateMachine")).isTrue();
    assertThat(product.contain(ROOT + "publishevents.PublishEventsHandler")).isTrue();
  }

  @Test
  void the_domain_imports_only_java() {
    classes()
        .that()
        .resideInAPackage(ROOT + "domain..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", ROOT + "domain..")
        .check(product);
  }

  @Test
  void the_resolver_imports_only_java() {
    classes()
        .that()
        .resideInAPackage(ROOT + "resolver..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", ROOT + "resolver..")
        .check(product);
  }

  @Test
  void the_store_knows_the_domain_and_dynamodb() {
    classes()
        .that()
        .resideInAPackage(ROOT + "store..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "software.amazon.awssdk..", ROOT + "domain..", ROOT + "store..")
        .check(product);
  }

  @Test
  void the_wire_formats_know_the_domain_the_resolver_and_json() {
    classes()
        .that()
        .resideInAPackage(ROOT + "wire..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "com.fasterxml.jackson..",
            ROOT + "domain..",
            ROOT + "resolver..",
            ROOT + "wire..")
        .check(product);
  }

  @Test
  void nothing_that_is_deployed_knows_the_laptop() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "local..", ROOT + "doubles..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "local..", ROOT + "doubles..")
        .check(product);
  }

  @Test
  void shared_code_knows_no_function() {
    noClasses()
        .that()
        .resideInAnyPackage(SHARED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FUNCTIONS)
        .check(product);
  }

  @Test
  void no_function_knows_another_and_nothing_goes_in_a_circle() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(product);
    for (String function : FUNCTIONS) {
      noClasses()
          .that()
          .resideInAPackage(function)
          .should()
          .dependOnClassesThat(resideInAnyPackage(FUNCTIONS).and(resideOutsideOfPackage(function)))
          .check(product);
    }
  }

  @Test
  void shared_code_reads_no_clock() {
    noClasses()
        .that()
        .resideInAnyPackage(SHARED)
        .should()
        .callMethodWhere(
            target(HasName.Predicates.name("now"))
                .and(target(owner(nameMatching("java\\.time\\..*")))))
        .orShould()
        .callMethodWhere(target(nameMatching("currentTimeMillis|nanoTime")))
        .check(product);
  }

  @Test
  void statics_hold_no_state() {
    fields().that().haveModifier(STATIC).should().beFinal().check(product);
  }

  /** A snapshot holds the seeds of these, so that all that is restored from it draws the same. */
  @Test
  void chance_is_not_in_the_snapshot() {
    noClasses()
        .should()
        .dependOnClassesThat(
            HasName.Predicates.nameMatching(
                "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)"))
        .orShould()
        .callMethod(Math.class, "random")
        .check(product);
  }

  @Test
  void nobody_scans_the_table() {
    noClasses().should().callMethodWhere(target(nameMatching("scan|scanPaginator"))).check(product);
  }
}
