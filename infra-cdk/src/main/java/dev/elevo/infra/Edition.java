package dev.elevo.infra;

import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ec2.CfnLaunchTemplate;
import software.constructs.Construct;

/**
 * A number that is another one when any of some values is, although they are not known before they are deployed: parameters,
 * versions of images. The CDK sees only what they are called, CloudFormation neither counts nor hashes, and they are too long to be
 * written down where a change of them should be noticed. But EC2 numbers the versions of a launch template, and asks nothing for one
 * that nothing is launched from.
 */
final class Edition extends Construct {
    private final CfnLaunchTemplate numbered;

    /** @param values nothing secret: who may look at launch templates reads them */
    Edition(Construct scope, Map<String, String> values) {
        super(scope, "Edition");
        var text = InOrder.of(values).entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .collect(Collectors.joining("\n"));
        numbered = CfnLaunchTemplate.Builder.create(this, "Numbered")
                .launchTemplateData(CfnLaunchTemplate.LaunchTemplateDataProperty.builder()
                        .userData(Fn.base64(text))
                        .build())
                .versionDescription("What a function of Elevo is told; nothing is launched from it")
                .build();
    }

    String number() {
        return numbered.getAttrLatestVersionNumber();
    }
}
