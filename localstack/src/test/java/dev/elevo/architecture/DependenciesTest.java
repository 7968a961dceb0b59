package dev.elevo.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** contract, startup ← platform ← functions ← localstack, contract, startup ← agent; client ← cli. */
class DependenciesTest {
    private static final String CONTRACT = "dev.elevo.contract..";
    private static final String PLATFORM = "dev.elevo.platform..";
    private static final String FUNCTIONS = "dev.elevo.functions..";
    private static final String AGENT = "dev.elevo.agent..";
    private static final String CLIENT = "dev.elevo.client..";
    private static final String CLI = "dev.elevo.cli..";
    private static final String LOCALSTACK = "dev.elevo.localstack..";
    private static final String AWS_SDK = "software.amazon..";
    private static final String AWS_LAMBDA = "com.amazonaws..";

    @Test
    void the_contract_knows_nobody() {
        noClasses()
                .that()
                .resideInAPackage(CONTRACT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PLATFORM, FUNCTIONS, AGENT, LOCALSTACK)
                .because("anything may depend on the contract, so it must drag nothing along")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_contract_knows_no_aws_and_no_server() {
        noClasses()
                .that()
                .resideInAPackage(CONTRACT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(AWS_SDK, AWS_LAMBDA, "io.netty..", "io.micronaut.http..")
                .because("the agent, the clients and the CDK application read the contract without a server or an SDK")
                .check(CompiledModules.ALL);
    }

    @Test
    void what_knows_the_jars_knows_nobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.elevo.startup..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONTRACT, PLATFORM, FUNCTIONS, AGENT, LOCALSTACK)
                .because("functions and the agent start with it, and have little else in common")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_bucket_knows_the_port_only() {
        noClasses()
                .that()
                .resideInAPackage("dev.elevo.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PLATFORM, FUNCTIONS, AGENT, LOCALSTACK)
                .because("whoever needs a bucket carries its client, and nothing else of ours")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_platform_knows_no_area() {
        noClasses()
                .that()
                .resideInAPackage(PLATFORM)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FUNCTIONS, AGENT, LOCALSTACK)
                .because("every function stands on the platform; what only one area needs belongs into that area")
                .check(CompiledModules.ALL);
    }

    @Test
    void an_area_never_depends_on_another() {
        slices().matching("dev.elevo.functions.(*)..")
                .should()
                .notDependOnEachOther()
                .because("each area is deployed as a function of its own; what two need belongs into the platform")
                .check(CompiledModules.ALL);
    }

    @Test
    void functions_do_not_know_where_they_run() {
        noClasses()
                .that()
                .resideInAPackage(FUNCTIONS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LOCALSTACK, AGENT)
                .because("the same function runs on Lambda, and reaches the agent by its HTTP API only")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_agent_knows_no_aws_no_users_and_no_platform() {
        noClasses()
                .that()
                .resideInAPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PLATFORM, FUNCTIONS, LOCALSTACK, AWS_SDK, AWS_LAMBDA)
                .because("it runs next to hostile code and must hold nothing worth stealing")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_client_and_the_command_line_know_the_service_by_its_description_only() {
        noClasses()
                .that()
                .resideInAnyPackage(CLIENT, CLI)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        CONTRACT, PLATFORM, FUNCTIONS, AGENT, LOCALSTACK, "io.micronaut..", AWS_SDK, AWS_LAMBDA)
                .because(
                        "users get the client without the server, and what it cannot do by the description they cannot either")
                .check(CompiledModules.ALL);
    }

    @Test
    void the_client_knows_no_command_line_and_the_service_neither() {
        noClasses()
                .that()
                .resideInAnyPackage(CLIENT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLI)
                .because("the command line is one of its users")
                .check(CompiledModules.ALL);
        noClasses()
                .that()
                .resideInAnyPackage(CONTRACT, PLATFORM, FUNCTIONS, AGENT, LOCALSTACK)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CLIENT, CLI)
                .because("the client is made of what the functions are, not the other way round")
                .check(CompiledModules.ALL);
    }

    @Test
    void a_broken_rule_is_noticed() {
        var rule = noClasses()
                .that()
                .resideInAPackage(PLATFORM)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CONTRACT)
                .because("this is wrong on purpose");

        assertThatThrownBy(() -> rule.check(CompiledModules.ALL)).isInstanceOf(AssertionError.class);
    }
}
