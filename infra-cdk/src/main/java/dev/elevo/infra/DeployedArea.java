package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.EventSourceMapping;
import software.amazon.awscdk.services.lambda.FilterCriteria;
import software.amazon.awscdk.services.lambda.FilterRule;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.StartingPosition;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** One area as a Lambda function, with its own role, log and schedules. */
final class DeployedArea extends Construct {
    /** As long as API Gateway waits for an answer. */
    private static final Duration AN_ANSWER = Duration.seconds(29);

    /** The sweep of sandboxes also carries files of machines that end: as long as Lambda lets a function work. */
    private static final Duration A_SWEEP = Duration.minutes(15);

    private final Area area;
    private final LogGroup log;
    private final Role role;
    private final Alias live;

    /**
     * Builds it.
     *
     * @param provisions of all areas; each knows which it is for
     * @param network where the area's function has to be inside of one
     */
    DeployedArea(
            Construct scope,
            Area area,
            Code code,
            List<? extends Provision> provisions,
            Optional<PeopleStore> network) {
        super(scope, area.areaName());
        this.area = area;
        Tags.of(this).add("elevo:area", area.areaName());

        log = LogGroup.Builder.create(this, "Log")
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        // Made here and not by the Function: its own role would carry AWSLambdaBasicExecutionRole, which may write
        // every log group of the account.
        role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        Statements.allow(role, List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(log.getLogGroupArn()));
        var told = new HashMap<String, String>();
        var secrets = new HashMap<String, String>();
        for (var provision : provisions) {
            // First: some of what the function is told is made for this role.
            provision.grantUse(area, role);
            told.putAll(provision.environment(area));
            secrets.putAll(provision.secrets(area));
        }
        var environment = new HashMap<>(told);
        environment.putAll(secrets);

        var builder = Function.Builder.create(this, "Function")
                .description("Elevo: " + area.areaName())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .handler(area.handlerClass())
                .code(code)
                .memorySize(1024)
                .timeout(area == Area.SANDBOXES ? A_SWEEP : AN_ANSWER)
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .role(role)
                .logGroup(log)
                .environment(environment)
                // Else a version would be published only when the template has another text, and callers would go on
                // with the parameters and the images of the version before.
                .currentVersionOptions(VersionOptions.builder()
                        // Else there would be none before it to go back to.
                        .removalPolicy(RemovalPolicy.RETAIN)
                        .description("Elevo: " + area.areaName() + ", edition " + new Edition(this, told).number())
                        .build());
        network.ifPresent(store ->
                builder.vpc(store.network()).vpcSubnets(store.place()).securityGroups(List.of(store.client())));
        var function = builder.build();
        // SnapStart works on published versions only, so all callers come through the alias.
        live = Alias.Builder.create(this, "Live")
                .aliasName("live")
                .version(function.getCurrentVersion())
                .build();
        area.schedules().forEach(this::schedule);
    }

    Area area() {
        return area;
    }

    Alias live() {
        return live;
    }

    LogGroup log() {
        return log;
    }

    /**
     * The function is told of what is written to the state table, in order, as long as it takes. Of all that is written there
     * only this wakes it.
     *
     * @param partitions beginnings of their names
     */
    void listenTo(StateStore state, List<String> partitions) {
        state.grantListen(role);
        EventSourceMapping.Builder.create(this, "Written")
                .target(live)
                .eventSourceArn(state.streamArn())
                .startingPosition(StartingPosition.LATEST)
                .batchSize(100)
                .retryAttempts(10)
                .maxRecordAge(Duration.hours(1))
                .filters(List.of(FilterCriteria.filter(InOrder.of(Map.of(
                        "eventName",
                        FilterRule.isEqual("INSERT"),
                        "dynamodb",
                        Map.of("Keys", Map.of("PK", Map.of("S", beginnings(partitions)))))))))
                .build();
    }

    private static List<Map<String, String>> beginnings(List<String> partitions) {
        return partitions.stream().map(beginning -> Map.of("prefix", beginning)).toList();
    }

    private void schedule(Area.Schedule schedule) {
        // A run that fails is not repeated: the next tick does its work.
        var target = LambdaFunction.Builder.create(live)
                .event(RuleTargetInput.fromObject(Map.of("schedule", schedule.name())))
                .retryAttempts(0)
                .maxEventAge(Duration.seconds(Math.max(60, schedule.every().toSeconds())))
                .build();
        Rule.Builder.create(this, "Schedule " + schedule.name())
                .schedule(Schedule.rate(Duration.seconds(schedule.every().toSeconds())))
                .targets(List.of(target))
                .build();
    }
}
