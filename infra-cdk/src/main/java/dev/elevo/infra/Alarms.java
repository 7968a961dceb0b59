package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.CfnSubscription;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** What somebody should be told of, by the topic of the stack's output {@code AlarmTopic} and by mail where an address is given. */
final class Alarms extends Construct {
    private static final Duration FIVE_MINUTES = Duration.minutes(5);
    private static final MetricOptions SUM =
            MetricOptions.builder().statistic("Sum").period(FIVE_MINUTES).build();

    /** Of all answers; one in a hundred is no accident any more. */
    private static final double ERROR_PERCENT = 1;

    /** Longer than any request waits because it was asked to: that, or what it waits for, has gone wrong. */
    static final Duration SLOW = Duration.seconds(27);

    private final Topic topic;

    Alarms(Construct scope, HttpEntry http, List<DeployedArea> areas, Signals signals, EncryptionKey encryption) {
        super(scope, "Alarms");
        topic = Topic.Builder.create(this, "Topic")
                .displayName("Elevo")
                .masterKey(encryption.key())
                .enforceSsl(true)
                .build();
        subscribe(scope);

        raise(
                "ErrorRate",
                "More than 1 % of all requests end with a 5xx",
                MathExpression.Builder.create()
                        .expression("IF(requests > 20, 100 * errors / requests, 0)")
                        .usingMetrics(InOrder.of(Map.of(
                                "errors", http.api().metricServerError(SUM),
                                "requests", http.api().metricCount(SUM))))
                        .period(FIVE_MINUTES)
                        .label("5xx in percent")
                        .build(),
                ERROR_PERCENT,
                TreatMissingData.NOT_BREACHING);
        raise(
                "Latency",
                "One request in a hundred takes more than " + SLOW.toSeconds() + " s, which none is asked to wait",
                http.api()
                        .metricLatency(MetricOptions.builder()
                                .statistic("p99")
                                .period(FIVE_MINUTES)
                                .build()),
                SLOW.toMilliseconds().doubleValue(),
                TreatMissingData.NOT_BREACHING);
        for (var deployed : areas) {
            var name = deployed.area().areaName();
            raise(
                    "Failures " + name,
                    "The function " + name + " crashed or ran out of time: what it handles itself is no failure",
                    deployed.live().metricErrors(SUM),
                    0,
                    TreatMissingData.NOT_BREACHING);
            raise(
                    "Throttles " + name,
                    "Lambda refused to start the function " + name + " more often",
                    deployed.live().metricThrottles(SUM),
                    0,
                    TreatMissingData.NOT_BREACHING);
        }
        raise(
                "CircuitOpen",
                "A service behind the gateway failed so often that it is left alone",
                signals.circuitsOpened(),
                0,
                TreatMissingData.NOT_BREACHING);
        alarm(
                "SweeperLag",
                "Nobody has swept the sandboxes for ten minutes: timers do not fire, and lost machines stay",
                signals.sweeps(),
                1,
                ComparisonOperator.LESS_THAN_THRESHOLD,
                TreatMissingData.BREACHING);
    }

    String topicArn() {
        return topic.getTopicArn();
    }

    private void raise(String id, String description, IMetric metric, double above, TreatMissingData missing) {
        alarm(id, description, metric, above, ComparisonOperator.GREATER_THAN_THRESHOLD, missing);
    }

    private void alarm(
            String id,
            String description,
            IMetric metric,
            double threshold,
            ComparisonOperator comparison,
            TreatMissingData missing) {
        Alarm.Builder.create(this, id)
                .alarmDescription(description)
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(comparison)
                .evaluationPeriods(2)
                .datapointsToAlarm(comparison == ComparisonOperator.LESS_THAN_THRESHOLD ? 2 : 1)
                .treatMissingData(missing)
                .build()
                .addAlarmAction(new SnsAction(topic));
    }

    private void subscribe(Construct scope) {
        var address = CfnParameter.Builder.create(scope, "AlarmEmail")
                .type("String")
                .defaultValue("")
                .description("Where alarms are mailed to; empty for nowhere")
                .build()
                .getValueAsString();
        var given = CfnCondition.Builder.create(this, "Mailed")
                .expression(Fn.conditionNot(Fn.conditionEquals(address, "")))
                .build();
        CfnSubscription.Builder.create(this, "Mail")
                .topicArn(topic.getTopicArn())
                .protocol("email")
                .endpoint(address)
                .build()
                .getCfnOptions()
                .setCondition(given);
    }
}
