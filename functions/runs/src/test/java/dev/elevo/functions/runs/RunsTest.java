package dev.elevo.functions.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs and their metrics through the function's handler, on a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunsTest {
    private static final String PATH = "/api/v1/runs";

    @TempDir
    private static Path blobs;

    private Surrounded surrounded;
    private RunsFunction function;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.blobs.directory", blobs.toString());
        function = surrounded.start(RunsFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void every_endpoint_declares_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    @Test
    void a_run_is_what_its_client_says() {
        var sandbox = surrounded.sandbox(function);

        var made = ask(Events.post(PATH, """
                {"name": "First try", "project": "vision", "sandboxId": "%s", "labels": {"a": "b"},
                 "params": {"lr": 0.001, "layers": [1, 2], "seed": null, "nested": {"deep": true}}}
                """.formatted(sandbox.name())));

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.textAt("id")).matches("run-[a-z0-9]{12}");
        assertThat(made.header("location")).isEqualTo(PATH + "/" + made.textAt("id"));
        assertThat(made.body())
                .containsEntry("name", "First try")
                .containsEntry("project", "vision")
                .containsEntry("status", "running")
                .containsEntry("sandboxId", sandbox.id())
                .containsEntry("labels", Map.of("a", "b"))
                .containsKeys("createdBy", "createdAt")
                .doesNotContainKeys("summary", "finishedAt");
        assertThat(made.text()).contains("\"lr\":0.001", "\"layers\":[1,2]", "\"seed\":null", "\"deep\":true");
        assertThat(get(made).body()).isEqualTo(made.body());
    }

    @Test
    void what_is_left_out_has_a_default() {
        var made = create("{\"name\": \"x\"}");

        assertThat(made.body())
                .containsEntry("project", "default")
                .containsEntry("params", Map.of())
                .containsEntry("labels", Map.of())
                .doesNotContainKey("sandboxId");
    }

    @Test
    void what_breaks_a_rule_is_refused() {
        assertThat(ask(Events.post(PATH, "{}")).fields()).containsExactly("name");
        assertThat(ask(Events.post(PATH, "{\"name\": \"\"}")).fields()).containsExactly("name");
        assertThat(ask(Events.post(PATH, "{\"name\": \"" + "n".repeat(101) + "\"}"))
                        .fields())
                .containsExactly("name");
        assertThat(ask(Events.post(PATH, "{\"name\": \"x\", \"labels\": {\"a\": null}}"))
                        .fields())
                .containsExactly("labels.a");
        assertThat(ask(Events.post(PATH, "{\"name\": \"x\", \"params\": [1]}")).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST.number());
        var large = "{\"name\": \"x\", \"params\": {\"a\": \"" + "x".repeat(RunLimits.OBJECT_BYTES) + "\"}}";
        assertThat(ask(Events.post(PATH, large)).fields()).containsExactly("params");
        assertThat(ask(Events.post(PATH, "{\"name\": \"x\", \"sandboxId\": \"nobody\"}"))
                        .code())
                .isEqualTo(ErrorCode.SANDBOX_NOT_FOUND.number());
        assertThat(ask(Events.get(PATH + "?sort_by=size")).fields()).containsExactly("sort_by");
        assertThat(ask(Events.get(PATH + "?status=lost")).fields()).containsExactly("status");
        assertThat(ask(Events.get(PATH + "?labels=a=" + "x".repeat(256))).fields())
                .containsExactly("labels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"succeeded", "failed", "cancelled"})
    void a_run_is_finished_once(String status) {
        var run = create("{\"name\": \"x\"}");
        surrounded.clock().advance(Duration.ofSeconds(5));

        var finished = finish(run, status, "{\"loss\": 0.5}");

        assertThat(finished.status()).as(finished.text()).isEqualTo(200);
        assertThat(finished.body())
                .containsEntry("status", status)
                .containsEntry("summary", Map.of("loss", 0.5))
                .containsKey("finishedAt");
        assertThat(get(run).body()).isEqualTo(finished.body());
        surrounded.clock().advance(Duration.ofSeconds(5));
        assertThat(finish(run, status, "{}").body()).isEqualTo(finished.body());
        var other = status.equals("failed") ? "succeeded" : "failed";
        assertThat(finish(run, other, "{}").code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(ask(Events.post(path(run) + "/finish", "{\"status\": \"running\"}"))
                        .fields())
                .containsExactly("status");
    }

    @Test
    void of_many_who_finish_it_at_once_one_is_right() throws Exception {
        var run = create("{\"name\": \"contested\", \"project\": \"contested\"}");
        var barrier = new CyclicBarrier(8);
        var calls = IntStream.range(0, 8)
                .<Callable<Answer>>mapToObj(i -> () -> {
                    barrier.await();
                    return finish(run, i % 2 == 0 ? "succeeded" : "failed", "{}");
                })
                .toList();
        var answers = new ArrayList<Answer>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var done : threads.invokeAll(calls)) {
                answers.add(done.get());
            }
        }

        var outcome = get(run).textAt("status");
        assertThat(answers).allSatisfy(answer -> {
            if (answer.status() == 200) {
                assertThat(answer.textAt("status")).isEqualTo(outcome);
            } else {
                assertThat(answer.code()).as(answer.text()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
            }
        });
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(4);
        assertThat(total("?project=contested&status=" + outcome)).isEqualTo(1);
        assertThat(total("?project=contested&status=running")).isZero();
    }

    @Test
    void a_repeat_finds_what_the_first_attempt_made() {
        var key = UUID.randomUUID().toString();
        var event =
                Events.post(PATH, "{\"name\": \"once\", \"project\": \"once\"}").header("x-idempotency-key", key);
        var first = ask(event);
        forgetAnswers();

        assertThat(ask(event).body()).isEqualTo(first.body());
        assertThat(total("?project=once")).isEqualTo(1);
    }

    @Test
    void a_list_is_filtered_sorted_and_counted() {
        var project = "p-" + UUID.randomUUID();
        var names = List.of("delta", "Alpha", "charlie", "bravo", "echo");
        for (var name : names) {
            surrounded.clock().advance(Duration.ofMillis(10));
            var run = create("""
                    {"name": "%s", "project": "%s", "labels": {"even": "%s", "of": "%s"}}
                    """.formatted(name, project, name.length() % 2 == 0, project));
            if (name.length() == 5) {
                finish(run, "succeeded", "{}");
            }
        }
        var of = "?project=" + project;

        assertThat(names(of)).containsExactly("echo", "bravo", "charlie", "Alpha", "delta");
        assertThat(names(of + "&sort_order=asc")).containsExactly("delta", "Alpha", "charlie", "bravo", "echo");
        assertThat(names(of + "&sort_by=name&sort_order=asc"))
                .containsExactly("Alpha", "bravo", "charlie", "delta", "echo");
        assertThat(names(of + "&sort_by=status&sort_order=asc").subList(0, 2))
                .containsExactlyInAnyOrder("charlie", "echo");
        assertThat(names(of + "&status=running")).containsExactly("echo", "charlie");
        assertThat(total(of + "&status=running")).isEqualTo(2);
        assertThat(total(of + "&status=succeeded,failed")).isEqualTo(3);
        assertThat(total(of)).isEqualTo(5);
        assertThat(names(of + "&search=AL")).containsExactly("Alpha");
        assertThat(total(of + "&search=a&limit=1")).isEqualTo(4);
        assertThat(names("?labels=even=true,of=" + project)).containsExactly("echo");
        assertThat(names(of + "&labels=even=false&status=succeeded")).containsExactly("bravo", "Alpha", "delta");
        assertThat(total("?labels=of=" + project)).isEqualTo(5);
        assertThat(names(of + "&labels=of=another")).isEmpty();
        assertThat(names("?project=another-" + project)).isEmpty();
    }

    @Test
    void pages_and_cursors_show_each_once() {
        var project = "p-" + UUID.randomUUID();
        for (int i = 0; i < 7; i++) {
            create("{\"name\": \"same\", \"project\": \"" + project + "\"}");
        }
        var of = PATH + "?limit=3&sort_by=name&project=" + project;
        var pages = IntStream.rangeClosed(1, 4)
                .mapToObj(page -> ask(Events.get(of + "&page=" + page)))
                .toList();
        var all = pages.stream().flatMap(page -> page.data("id").stream()).toList();

        assertThat(all).hasSize(7).doesNotHaveDuplicates();
        assertThat(pages)
                .allSatisfy(page -> assertThat(page.value("pagination.total")).isEqualTo(7));
        var first = ask(Events.get(of + "&cursor="));
        var second = ask(Events.get(of + "&cursor=" + first.textAt("pagination.nextCursor")));
        var third = ask(Events.get(of + "&cursor=" + second.textAt("pagination.nextCursor")));
        assertThat(first.data("id")).isEqualTo(all.subList(0, 3));
        assertThat(second.data("id")).isEqualTo(all.subList(3, 6));
        assertThat(third.data("id")).isEqualTo(all.subList(6, 7));
        assertThat(third.value("pagination.hasMore")).isEqualTo(false);
        assertThat(ask(Events.get(of + "&cursor=" + third.textAt("pagination.prevCursor")))
                        .data("id"))
                .isEqualTo(second.data("id"));
    }

    @Test
    void names_of_any_characters_are_listed() {
        var project = "\u6f22".repeat(98) + "#\u0001";
        var names = List.of("a\u001fb", "\u6f22".repeat(100), "\ud83d\ude80", " ", "a#b", "a");
        for (var name : names) {
            create("{\"name\": \"" + name.replace("\u001f", "\\u001f") + "\", \"project\": \""
                    + project.replace("\u0001", "\\u0001") + "\"}");
        }
        var of = "?sort_by=name&sort_order=asc&project=" + URLEncoder.encode(project, StandardCharsets.UTF_8);

        assertThat(names(of)).containsExactlyInAnyOrderElementsOf(names);
        var seen = new ArrayList<Object>();
        for (var cursor = ""; ; ) {
            var page = ask(Events.get(PATH + of + "&limit=1&cursor=" + cursor));
            seen.addAll(page.data("name"));
            if (Boolean.FALSE.equals(page.value("pagination.hasMore"))) {
                break;
            }
            cursor = page.textAt("pagination.nextCursor");
        }
        assertThat(seen).isEqualTo(names(of));
    }

    @Test
    void a_number_that_no_double_holds_is_refused() {
        assertThat(ask(Events.post(PATH, "{\"name\": \"x\", \"params\": {\"a\": [1, 1e400]}}"))
                        .code())
                .isIn(ErrorCode.VALIDATION_ERROR.number(), ErrorCode.INVALID_REQUEST.number());
        var run = create("{\"name\": \"x\", \"params\": {\"large\": 123456789012345678901234567890}}");
        assertThat(get(run).text()).contains("\"large\":123456789012345678901234567890");
        assertThat(finish(run, "failed", "{\"a\": -1e400}").code())
                .isIn(ErrorCode.VALIDATION_ERROR.number(), ErrorCode.INVALID_REQUEST.number());
    }

    /** More than are looked up at a time. */
    @Test
    void of_many_on_one_shelf_those_that_lie_on_others_too_are_found_in_their_order() {
        var project = "p-" + UUID.randomUUID();
        for (int i = 0; i < 230; i++) {
            surrounded.clock().advance(Duration.ofMillis(1));
            create("{\"name\": \"%d\", \"project\": \"%s\", \"labels\": {\"third\": \"%s\", \"even\": \"%s\"}}"
                    .formatted(i, project, i % 3 == 0, i % 2 == 0));
        }
        var query = "?sort_order=asc&limit=100&project=" + project + "&labels=third%3Dtrue,even%3Dtrue";
        var wanted = IntStream.range(0, 39).mapToObj(i -> "" + 6 * i).toArray();

        assertThat(names(query)).containsExactly(wanted);
        assertThat(total(query)).isEqualTo(39);
        assertThat(names(query.replace("limit=100", "limit=20&page=2")))
                .containsExactly(Arrays.copyOfRange(wanted, 20, 39));
    }

    @Test
    void as_many_labels_as_may_be_have_room() {
        var of = "o-" + UUID.randomUUID();
        var labels = IntStream.range(0, 64)
                .mapToObj(i -> "\"label-%s-%02d\": \"%s%s\"".formatted("k".repeat(50), i, of, "\u6f22".repeat(200)))
                .toList();
        var run = create("{\"name\": \"x\", \"labels\": {" + String.join(",", labels) + "}}");
        var query = "?status=failed&labels=label-" + "k".repeat(50) + "-63="
                + URLEncoder.encode(of + "\u6f22".repeat(200), StandardCharsets.UTF_8);
        assertThat(total(query)).isZero();

        assertThat(finish(run, "failed", "{}").status()).isEqualTo(200);
        assertThat(total(query)).isEqualTo(1);

        assertThat(ask(Events.of("DELETE", path(run))).status()).isEqualTo(204);
        assertThat(total(query)).isZero();
        assertThat(Leftovers.of(surrounded.table(), run.textAt("id"))).isEmpty();
    }

    @Test
    void params_too_deep_to_read_are_unreadable() {
        var deep = "[".repeat(20_000) + "]".repeat(20_000);

        assertThat(ask(Events.post(PATH, "{\"name\": \"x\", \"params\": {\"a\": " + deep + "}}"))
                        .code())
                .isEqualTo(ErrorCode.INVALID_REQUEST.number());
    }

    @Test
    void the_runs_of_a_sandbox_are_found() {
        var sandbox = surrounded.sandbox(function);
        var one = create("{\"name\": \"in it\", \"sandboxId\": \"" + sandbox.id() + "\"}");
        create("{\"name\": \"elsewhere\"}");

        var found = ask(Events.get(PATH + "?sandboxId=" + sandbox.id()));

        assertThat(found.data("id")).containsExactly(one.textAt("id"));
        assertThat(found.value("pagination.total")).isEqualTo(1);
    }

    @Test
    void a_deleted_run_is_gone_with_all_that_was_recorded() {
        var run = create("{\"name\": \"x\", \"project\": \"deleted\", \"labels\": {\"gone\": \"soon\"}}");
        report(run, "{\"name\": \"loss\", \"value\": 1}");
        assertThat(ask(Events.post(path(run) + "/logs", "{\"lines\": [\"x\"]}")).status())
                .isEqualTo(200);

        assertThat(ask(Events.of("DELETE", path(run))).status()).isEqualTo(204);

        assertThat(ask(Events.of("DELETE", path(run))).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(get(run).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(ask(Events.get(path(run) + "/metrics")).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(report(run, "{\"name\": \"loss\", \"value\": 1}").code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(ask(Events.post(path(run) + "/logs", "{\"lines\": [\"x\"]}")).code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(total("?project=deleted")).isZero();
        assertThat(total("?labels=gone=soon")).isZero();
        assertThat(Leftovers.of(surrounded.table(), run.textAt("id"))).isEmpty();
    }

    @Test
    void what_a_deletion_could_not_clear_away_is_left_to_the_sweep() {
        var run = create("{\"name\": \"x\"}");
        report(run, "{\"name\": \"loss\", \"value\": 1}");
        var store = function.context().getBean(RunStore.class);
        // As if whoever deleted it had died behind the transaction.
        assertThat(store.delete(
                        store.find(Surrounded.ORGANIZATION, run.textAt("id")).orElseThrow()))
                .isTrue();
        assertThat(Leftovers.of(surrounded.table(), run.textAt("id"))).isNotEmpty();

        function.runSchedule("sweep");

        assertThat(Leftovers.of(surrounded.table(), run.textAt("id"))).isEmpty();
    }

    @Test
    void another_organizations_run_is_not_there() {
        var run = create("{\"name\": \"secret\", \"project\": \"secret\"}");

        assertThat(stranger(Events.get(path(run)), "run:read").code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(stranger(Events.get(PATH + "?project=secret"), "run:read").data("id"))
                .isEmpty();
        assertThat(stranger(Events.post(path(run) + "/logs", "{\"lines\": [\"x\"]}"), "run:write")
                        .code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(stranger(Events.post(path(run) + "/finish", "{\"status\": \"failed\"}"), "run:write")
                        .code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(stranger(Events.post(PATH, "{\"name\": \"x\"}"), "run:read").code())
                .isEqualTo(ErrorCode.INSUFFICIENT_SCOPE.number());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run-unknownunkno", "x", "RUN-AAAAAAAAAAAA", "run-..%2f..%2f"})
    void what_is_no_run_is_not_found(String id) {
        assertThat(ask(Events.get(PATH + "/" + id)).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
    }

    // --- metrics

    @Test
    void points_come_back_by_name_in_the_order_of_their_steps() {
        var run = create("{\"name\": \"x\"}");
        report(run, """
                {"name": "loss", "value": 0.5, "step": 2}, {"name": "loss", "value": 1, "step": 1},
                {"name": "train/acc.1", "value": -3e-5, "timestamp": "2026-01-02T03:04:05+01:00"}
                """);
        var accepted = report(run, "{\"name\": \"loss\", \"value\": 0.25, \"step\": 3}");

        assertThat(accepted.body()).containsEntry("success", true).containsEntry("accepted", 1);
        var metrics = ask(Events.get(path(run) + "/metrics"));
        assertThat(metrics.value("metrics.loss")).isInstanceOf(List.class);
        assertThat(values(metrics, "loss")).containsExactly(1.0, 0.5, 0.25);
        assertThat(metrics.text())
                .contains("{\"value\":-3.0E-5,\"timestamp\":\"2026-01-02T02:04:05.000Z\"}")
                .doesNotContain("\"name\"");
        assertThat(values(ask(Events.get(path(run) + "/metrics?name=loss&fromStep=2&toStep=2")), "loss"))
                .containsExactly(0.5);
        assertThat(ask(Events.get(path(run) + "/metrics?name=other")).body()).containsEntry("metrics", Map.of());
    }

    @Test
    void many_points_are_thinned_evenly() {
        var run = create("{\"name\": \"x\"}");
        var points = IntStream.range(0, 1000)
                .mapToObj(i -> "{\"name\": \"loss\", \"value\": %d, \"step\": %d}".formatted(i, i))
                .toList();
        report(run, String.join(",", points));

        assertThat(values(ask(Events.get(path(run) + "/metrics?maxPoints=4")), "loss"))
                .containsExactly(0.0, 333.0, 666.0, 999.0);
        assertThat(values(ask(Events.get(path(run) + "/metrics?maxPoints=1")), "loss"))
                .containsExactly(999.0);
        assertThat(values(ask(Events.get(path(run) + "/metrics")), "loss")).hasSize(1000);
        assertThat(ask(Events.get(path(run) + "/metrics?maxPoints=0")).fields()).containsExactly("maxPoints");
    }

    @Test
    void points_that_come_out_of_order_are_told_in_order() {
        var run = create("{\"name\": \"x\"}");
        var steps = new ArrayList<>(IntStream.range(0, 1000).boxed().toList());
        Collections.shuffle(steps, new Random(7));
        report(
                run,
                steps.stream()
                        .map(i -> "{\"name\": \"loss\", \"value\": %d, \"step\": %d}".formatted(i, i))
                        .collect(Collectors.joining(",")));

        assertThat(values(ask(Events.get(path(run) + "/metrics")), "loss"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(i -> (double) i).toList());
        assertThat(values(ask(Events.get(path(run) + "/metrics?fromStep=10&toStep=12")), "loss"))
                .containsExactly(10.0, 11.0, 12.0);
    }

    @Test
    void of_more_metrics_than_an_answer_holds_some_are_named() {
        var run = create("{\"name\": \"x\"}");
        for (int half = 0; half < 2; half++) {
            report(
                    run,
                    IntStream.range(half * 501, half * 501 + 501)
                            .mapToObj(i -> "{\"name\": \"m%d\", \"value\": 1}".formatted(i))
                            .collect(Collectors.joining(",")));
        }

        assertThat(ask(Events.get(path(run) + "/metrics")).fields()).containsExactly("name");
        assertThat(values(ask(Events.get(path(run) + "/metrics?name=m1001")), "m1001"))
                .containsExactly(1.0);
    }

    @Test
    void more_points_than_an_answer_holds_are_refused() {
        var run = create("{\"name\": \"x\"}");
        for (int i = 0; i < 76; i++) {
            var metric = i;
            report(
                    run,
                    IntStream.range(0, 1000)
                            .mapToObj(step -> "{\"name\": \"m%d\", \"value\": 1, \"step\": %d}".formatted(metric, step))
                            .collect(Collectors.joining(",")));
        }

        assertThat(ask(Events.get(path(run) + "/metrics")).fields()).containsExactly("maxPoints");
        assertThat(values(ask(Events.get(path(run) + "/metrics?maxPoints=900")), "m75"))
                .hasSize(900);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"a b\", \"value\": 1}",
                "{\"name\": \"a\", \"value\": 1e999}",
                "{\"name\": \"a\", \"value\": 1, \"timestamp\": \"+999999999-12-31T23:59:59Z\"}",
                "{\"name\": \"a\", \"value\": 1, \"timestamp\": \"-999999999-01-01T00:00:00Z\"}",
                "{\"name\": \"a\", \"value\": 1, \"step\": -1}",
                "{\"name\": \"a\"}",
                "{\"value\": 1}",
                "null",
                ""
            })
    void points_that_break_a_rule_are_refused(String point) {
        var run = create("{\"name\": \"x\"}");

        assertThat(report(run, point).code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(ask(Events.get(path(run) + "/metrics")).body()).containsEntry("metrics", Map.of());
    }

    @Test
    void a_finished_run_takes_no_more() {
        var run = create("{\"name\": \"x\"}");
        finish(run, "succeeded", "{}");

        assertThat(report(run, "{\"name\": \"a\", \"value\": 1}").code())
                .isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(ask(Events.post(path(run) + "/logs", "{\"lines\": [\"late\"]}"))
                        .code())
                .isEqualTo(ErrorCode.VALIDATION_ERROR.number());
    }

    @Test
    void a_report_that_is_repeated_is_recorded_once() {
        var run = create("{\"name\": \"x\"}");
        var key = UUID.randomUUID().toString();
        var event = Events.post(path(run) + "/metrics", "{\"points\": [{\"name\": \"a\", \"value\": 1}]}")
                .header("x-idempotency-key", key);
        assertThat(ask(event).status()).isEqualTo(200);
        forgetAnswers();
        finish(run, "succeeded", "{}");

        assertThat(ask(event).status()).isEqualTo(200);
        assertThat(values(ask(Events.get(path(run) + "/metrics")), "a")).containsExactly(1.0);
    }

    @Test
    void reports_of_many_at_once_are_all_recorded() throws Exception {
        var run = create("{\"name\": \"x\"}");
        var calls = IntStream.range(0, 32)
                .<Callable<Answer>>mapToObj(
                        i -> () -> report(run, "{\"name\": \"a\", \"value\": %d, \"step\": %d}".formatted(i, i)))
                .toList();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var done : threads.invokeAll(calls)) {
                assertThat(done.get().status()).isEqualTo(200);
            }
        }

        assertThat(values(ask(Events.get(path(run) + "/metrics")), "a"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 32).mapToObj(i -> (double) i).toList());
    }

    /** Whoever stored the first answer died before: the repeat comes to the service. */
    private void forgetAnswers() {
        Leftovers.forgetAnswers(surrounded.table());
    }

    private static List<Object> values(Answer answer, String metric) {
        return answer.value("metrics") instanceof Map<?, ?> metrics && metrics.get(metric) instanceof List<?> points
                ? points.stream()
                        .<Object>map(point ->
                                ((Number) Objects.requireNonNull(((Map<?, ?>) point).get("value"))).doubleValue())
                        .toList()
                : List.of();
    }

    private Answer report(Answer run, String points) {
        return ask(Events.post(path(run) + "/metrics", "{\"points\": [" + points + "]}"));
    }

    private Answer create(String body) {
        var answer = ask(Events.post(PATH, body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    private Answer finish(Answer run, String status, String summary) {
        return ask(
                Events.post(path(run) + "/finish", "{\"status\": \"" + status + "\", \"summary\": " + summary + "}"));
    }

    private Answer get(Answer run) {
        return ask(Events.get(path(run)));
    }

    private static String path(Answer run) {
        return PATH + "/" + run.textAt("id");
    }

    private List<Object> names(String query) {
        var answer = ask(Events.get(PATH + query));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.data("name");
    }

    private int total(String query) {
        return (int) Objects.requireNonNull(ask(Events.get(PATH + query)).value("pagination.total"));
    }

    private Answer ask(Events event) {
        return Surrounded.ask(function, event);
    }

    private Answer stranger(Events event, String scope) {
        var token = Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", "acme")
                .claim("scopes", List.of(scope)));
        return Answer.of(function.handle(event.bearer(token).event()));
    }
}
