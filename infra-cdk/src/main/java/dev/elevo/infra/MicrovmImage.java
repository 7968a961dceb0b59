package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.lambda.CfnMicrovmImage;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/** The agent in a machine of one template and one size, as a snapshot that sandboxes begin with. */
final class MicrovmImage extends Construct {
    private static final String ENABLED = "ENABLED";
    private static final int API = 8080;
    private static final int HOOKS = 9000;

    /** How all of their names begin. */
    private static final String NAMES = "elevo-";

    private final String template;
    private final int mebibytes;
    private final CfnMicrovmImage image;

    MicrovmImage(
            Construct scope, String template, int mebibytes, Asset zip, String baseVersion, ImageBuildRole builder) {
        super(scope, template + " " + mebibytes);
        this.template = template;
        this.mebibytes = mebibytes;
        var name = NAMES + template + "-" + mebibytes;
        var log = LogGroup.Builder.create(this, "Log")
                .logGroupName("/aws/lambda-microvms/" + name)
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        builder.grantWrite(log);
        image = CfnMicrovmImage.Builder.create(this, "Image")
                .name(name)
                .description("Elevo: sandboxes of the template " + template + " with " + mebibytes + " MiB")
                .baseImageArn("arn:" + Aws.PARTITION + ":lambda:" + Aws.REGION + ":aws:microvm-image:al2023-1")
                .baseImageVersion(baseVersion)
                .buildRoleArn(builder.arn())
                // Content-addressed: what is not built anew is not uploaded anew, and what is has another key.
                .codeArtifact(CfnMicrovmImage.CodeArtifactProperty.builder()
                        .uri(zip.getS3ObjectUrl())
                        .build())
                .cpuConfigurations(List.of(CfnMicrovmImage.CpuConfigurationProperty.builder()
                        .architecture("ARM_64")
                        .build()))
                .resources(List.of(CfnMicrovmImage.ResourcesProperty.builder()
                        .minimumMemoryInMiB(mebibytes)
                        .build()))
                // The wall is the machine's: what is inside needs no more than the least.
                .additionalOsCapabilities(List.of())
                // The build fetches packages; what a sandbox reaches is decided when it is run.
                .egressNetworkConnectors(List.of(SandboxNetworks.managed("INTERNET_EGRESS")))
                .environmentVariables(variables(Map.of(
                        "ELEVO_DRIVER",
                        "guest",
                        "ELEVO_TEMPLATE",
                        template,
                        "ELEVO_AGENT_PORT",
                        Integer.toString(API),
                        "ELEVO_HOOKS_PORT",
                        Integer.toString(HOOKS))))
                .hooks(hooks())
                .logging(CfnMicrovmImage.LoggingProperty.builder()
                        .cloudWatch(CfnMicrovmImage.CloudWatchLoggingProperty.builder()
                                .logGroup(log.getLogGroupName())
                                .build())
                        .build())
                .build();
        image.getNode().addDependency(builder);
    }

    /**
     * Every image that was ever one of a deployment's here: machines that run go on to need what they were started with, also when
     * that is not offered any more.
     */
    static String arnOfAny() {
        return "arn:" + Aws.PARTITION + ":lambda:" + Aws.REGION + ":" + Aws.ACCOUNT_ID + ":microvm-image:" + NAMES
                + "*";
    }

    /** AWS builds a few at once. */
    void buildAfter(MicrovmImage other) {
        image.getNode().addDependency(other.image);
    }

    /** By which it is told to the engine. */
    String title() {
        return template + "/" + mebibytes;
    }

    String arn() {
        return image.getAttrImageArn();
    }

    /** As the engine wants it: a version that is in use goes on being used until the next deployment names another. */
    String offered() {
        return title() + "=" + arn() + "@" + image.getAttrLatestActiveImageVersion();
    }

    private static List<CfnMicrovmImage.EnvironmentVariableProperty> variables(Map<String, String> variables) {
        return variables.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(variable -> CfnMicrovmImage.EnvironmentVariableProperty.builder()
                        .key(variable.getKey())
                        .value(variable.getValue())
                        .build())
                .toList();
    }

    private static CfnMicrovmImage.HooksProperty hooks() {
        return CfnMicrovmImage.HooksProperty.builder()
                .port(HOOKS)
                .microvmImageHooks(CfnMicrovmImage.MicrovmImageHooksProperty.builder()
                        .ready(ENABLED)
                        .readyTimeoutInSeconds(300)
                        .validate(ENABLED)
                        .validateTimeoutInSeconds(120)
                        .build())
                .microvmHooks(CfnMicrovmImage.MicrovmHooksProperty.builder()
                        .run(ENABLED)
                        .runTimeoutInSeconds(10)
                        .suspend(ENABLED)
                        .suspendTimeoutInSeconds(10)
                        .resume(ENABLED)
                        .resumeTimeoutInSeconds(10)
                        .terminate(ENABLED)
                        .terminateTimeoutInSeconds(60)
                        .build())
                .build();
    }
}
