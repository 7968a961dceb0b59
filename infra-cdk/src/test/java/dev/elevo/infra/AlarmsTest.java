package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.contract.LogWords;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private static final int OF_THE_WHOLE = 4;

    /** {@code maxWaitMs} of a deployment that says nothing else. */
    private static final double LONGEST_WAIT_MILLIS = 25_000;

    /** AWS charges for boards with more than 50 metrics; a dozen are not of functions. */
    private static final int MOST_OF_FUNCTIONS = 38;

    private final Resources resources = Synthesis.ofDefaults().template();

    @Test
    void every_function_and_the_whole_have_their_alarms_and_all_of_them_tell_somebody() {
        var alarms = resources.all("AWS::CloudWatch::Alarm");
        var topic = resources.only("AWS::SNS::Topic");

        assertThat(alarms)
                .hasSize(OF_THE_WHOLE + 2 * Area.values().length)
                .allSatisfy(
                        alarm -> assertThat(alarm.at("AlarmActions").toString()).contains(topic.id()));
        assertThat(alarms)
                .extracting(alarm -> alarm.at("AlarmDescription").toString())
                .doesNotHaveDuplicates();
        assertThat(Stream.of(Area.values()))
                .allSatisfy(area -> assertThat(alarms)
                        .filteredOn(
                                alarm -> alarm.at("AlarmDescription").toString().contains(" " + area.areaName() + " "))
                        .hasSizeGreaterThanOrEqualTo(1));
    }

    @Test
    void silence_of_the_sweeper_is_an_alarm() {
        var alarm = resources.all("AWS::CloudWatch::Alarm").stream()
                .filter(one -> "Sweeps".equals(one.properties().get("MetricName")))
                .findFirst()
                .orElseThrow();

        assertThat(alarm.at("TreatMissingData")).isEqualTo("breaching");
        assertThat(alarm.at("ComparisonOperator")).isEqualTo("LessThanThreshold");
    }

    /** Whoever has his requests wait for output was once an alarm every five minutes. */
    @Test
    void a_request_that_waits_because_it_was_asked_to_is_no_alarm() {
        var alarm = resources.all("AWS::CloudWatch::Alarm").stream()
                .filter(one -> "Latency".equals(one.properties().get("MetricName")))
                .findFirst()
                .orElseThrow();

        assertThat(((Number) alarm.at("Threshold")).doubleValue()).isGreaterThan(LONGEST_WAIT_MILLIS);
    }

    @Test
    void what_is_counted_in_logs_is_counted_by_the_words_the_functions_use() {
        assertThat(resources.all("AWS::Logs::MetricFilter"))
                .extracting(filter -> Map.of(
                        Resources.target(filter.at("LogGroupName")),
                        filter.at("FilterPattern").toString()))
                .containsExactlyInAnyOrder(
                        Map.of(log(Area.SANDBOXES), "\"%s\"".formatted(LogWords.SWEPT)),
                        Map.of(log(Area.ADMIN), "\"%s\"".formatted(LogWords.CIRCUIT_OPEN)));
    }

    @Test
    void the_board_costs_nothing() {
        var body = Objects.requireNonNull(
                        resources.only("AWS::CloudWatch::Dashboard").at("DashboardBody"))
                .toString();
        assertThat(body.split("AWS/Lambda", -1)).hasSizeLessThan(MOST_OF_FUNCTIONS);
    }

    private String log(Area area) {
        return new DeployedView(resources, area).log().id();
    }
}
