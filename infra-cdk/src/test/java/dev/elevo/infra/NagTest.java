package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.infra.Synthesis.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** cdk-nag's AwsSolutions: what it finds is mended or explained here, and an explanation of nothing goes. */
class NagTest {
    private record Explanation(String rule, String construct, String reason) {
        boolean explains(Finding finding) {
            return Pattern.matches(rule, finding.rule()) && Pattern.matches(construct, finding.construct());
        }
    }

    private static final List<Explanation> EXPLANATIONS = List.of(
            new Explanation(
                    "AwsSolutions-APIG1",
                    "Elevo/(Api/DefaultStage|Streams [a-z]+/Stage)/Resource",
                    "Each request is a line of its function's access log already, with the caller and without credentials;"
                            + " what the gateway answers by itself is in its metrics, which have alarms"),
            new Explanation(
                    "AwsSolutions-APIG4",
                    "Elevo/(Api/Route .*|Api/--default.*|Streams [a-z]+/Api/\\$[a-z]+-Route)/Resource",
                    "Who calls is decided by the functions' pipeline, the same here and in the local run; a test fails for"
                            + " an endpoint that does not say who may call it"),
            new Explanation(
                    "AwsSolutions-CFR1",
                    "Elevo/FrontDoor/Distribution/Resource",
                    "An API has callers wherever they are; where one may not, WAF says it better"),
            new Explanation(
                    "AwsSolutions-CFR2",
                    "Elevo/FrontDoor/Distribution/Resource",
                    "WAF costs by the month and is there where it is chosen: ELEVO_WAF=1 and the parameter WebAclArn"),
            new Explanation(
                    "AwsSolutions-CFR3",
                    "Elevo/FrontDoor/Distribution/Resource",
                    "CloudFront's log has whole queries, and some clients can send credentials in nothing else; the"
                            + " functions' log leaves these out"),
            new Explanation(
                    "AwsSolutions-CFR4",
                    "Elevo/FrontDoor/Distribution/Resource",
                    "With CloudFront's own host name the protocol cannot be chosen; with one's own it is TLSv1.2_2021"),
            new Explanation(
                    "AwsSolutions-IAM5",
                    "Elevo/([a-z]+/Role/DefaultPolicy|Streams [a-z]+/Writers/DefaultPolicy|Push/(Android|Ios))/Resource",
                    "Each pattern and its reason is in RolesTest"),
            new Explanation(
                    "AwsSolutions-RDS6",
                    "Elevo/People/Database/Resource",
                    "Its one caller is in its network and has a generated password; a token of fifteen minutes would be"
                            + " fetched by way of an endpoint that costs by the hour"),
            new Explanation(
                    "AwsSolutions-S1",
                    "Elevo/(Artifacts|Workspaces)/Bucket/Resource",
                    "Only functions reach them, on behalf of somebody who is in their audit trail; a log of them would be a"
                            + " third bucket"),
            new Explanation(
                    "AwsSolutions-SMG4",
                    "Elevo/((FrontDoor|Jwt|Cursor|Docs)Secret|People/Database/Secret)/Resource",
                    "Secrets reach functions when they are deployed (decision 0009): one that rotated by itself would lock"
                            + " them out until the next deployment"),
            new Explanation(
                    "AwsSolutions-VPC7",
                    "Elevo/People/Network/Resource",
                    "The network has one caller and one database; what the caller forwards is in its own log"));

    /** Besides those, of what is there only where it was chosen. */
    private static final List<Explanation> OF_CHOICES = List.of(
            new Explanation(
                    "AwsSolutions-IAM5",
                    "Elevo/Microvms/Blocked/Operator/DefaultPolicy/Resource",
                    "An interface has no name before it is made; the subnets it is made in and its group are named"),
            new Explanation(
                    "AwsSolutions-VPC7",
                    "Elevo/Microvms/Blocked/Network/Resource",
                    "Nothing flows in it but files of sandboxes to the one bucket, by addresses that a function has signed"));

    @Test
    void there_is_no_finding_without_an_explanation_and_no_explanation_without_a_finding() {
        compare(Synthesis.ofDefaults().findings(), EXPLANATIONS);
    }

    @Test
    void nor_is_there_one_where_everything_was_chosen() {
        compare(
                Synthesis.ofEverything().findings(),
                Stream.concat(EXPLANATIONS.stream(), OF_CHOICES.stream()).toList());
    }

    private static void compare(List<Finding> findings, List<Explanation> explanations) {
        var unexplained = new ArrayList<>(findings);
        unexplained.removeIf(finding -> explanations.stream().anyMatch(one -> one.explains(finding)));

        assertThat(unexplained).as("mend them, or say here why they stay").isEmpty();
        assertThat(explanations)
                .allSatisfy(one -> assertThat(findings).as(one.toString()).anyMatch(one::explains))
                .allSatisfy(one -> assertThat(one.reason()).hasSizeGreaterThan(20));
    }
}
