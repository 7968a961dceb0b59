package dev.elevo.infra;

import static java.util.Objects.requireNonNull;

import dev.elevo.contract.Area;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.iam.CfnPolicy;
import software.amazon.awscdk.services.iam.Policy;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * The platform applications of SNS by which devices are told something. They are made by hand, since they hold credentials of Google's
 * and Apple's, and named by parameters; one that is not named is not there.
 */
final class PushProviders extends Construct implements Provision {
    private final List<Application> applications;

    PushProviders(Construct scope) {
        super(scope, "Push");
        applications = List.of(application(scope, "Android", "Firebase"), application(scope, "Ios", "Apple"));
    }

    /** @param given whether it is there */
    private record Application(String name, String arn, CfnCondition given) {}

    private Application application(Construct scope, String name, String platform) {
        var arn = CfnParameter.Builder.create(scope, "Push" + name)
                .type("String")
                .defaultValue("")
                .description("ARN of the platform application of SNS for " + platform + "; empty for none")
                .build()
                .getValueAsString();
        var given = CfnCondition.Builder.create(this, name + "Given")
                .expression(Fn.conditionNot(Fn.conditionEquals(arn, "")))
                .build();
        return new Application(name, arn, given);
    }

    /** What all functions are told: those that change sandboxes leave messages, one says whether there are providers. */
    @Override
    public Map<String, String> environment(Area area) {
        var environment = new HashMap<String, String>();
        for (var application : applications) {
            environment.put(
                    "ELEVO_PUSH_" + application.name().toUpperCase(Locale.ROOT),
                    Fn.conditionIf(application.given().getLogicalId(), application.arn(), Aws.NO_VALUE)
                            .toString());
        }
        return environment;
    }

    /** To write to devices of these applications, and to forget them. */
    @Override
    public void grantUse(Area area, Role role) {
        if (area != Area.SANDBOXES) {
            return;
        }
        for (var application : applications) {
            var policy = Policy.Builder.create(this, application.name())
                    .roles(List.of(role))
                    .statements(List.of(
                            Statements.allowed(List.of("sns:CreatePlatformEndpoint"), List.of(application.arn())),
                            Statements.allowed(
                                    List.of("sns:DeleteEndpoint", "sns:Publish"),
                                    List.of(endpoints(application.arn())))))
                    .build();
            ((CfnPolicy) requireNonNull(policy.getNode().getDefaultChild()))
                    .getCfnOptions()
                    .setCondition(application.given());
        }
    }

    /** Of {@code …:app/GCM/ours} those are {@code …:endpoint/GCM/ours/<id>}. */
    private static String endpoints(String application) {
        var parts = Fn.split(":app/", application);
        return Fn.join("", List.of(Fn.select(0, parts), ":endpoint/", Fn.select(1, parts), "/*"));
    }
}
