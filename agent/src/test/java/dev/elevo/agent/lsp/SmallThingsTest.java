package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.HoverInfo;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.Symbol;
import io.micronaut.serde.ObjectMapper;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.junit.jupiter.api.Test;

class SmallThingsTest {
    private static final Diagnostic FOUND = new Diagnostic(new Range(new Position(0, 0), new Position(0, 1)), "odd");

    @Test
    void a_path_of_any_characters_is_an_address_and_back() {
        for (var path : List.of("/home/user/a.py", "/a b/ü/😀/100%/#?.c", "/:x")) {
            assertThat(FileUris.normal(FileUris.of(path))).isEqualTo(FileUris.of(path));
        }
        assertThat(FileUris.of("/home/user/a.py")).isEqualTo("file:///home/user/a.py");
        assertThat(FileUris.normal("file:/home/a%2Epy")).isEqualTo("file:///home/a.py");
        assertThat(FileUris.normal("jdt://contents/x")).isEqualTo("jdt://contents/x");
        assertThat(FileUris.normal("%%%")).isEqualTo("%%%");
    }

    @Test
    void the_name_of_a_file_tells_its_language() {
        assertThat(SourceFiles.languages("/x/a.h")).containsExactly(LspLanguage.C, LspLanguage.CPP);
        assertThat(SourceFiles.languages("/x/a")).isEmpty();
        assertThat(SourceFiles.languageId("/x/a.tsx", LspLanguage.TYPESCRIPT)).isEqualTo("typescriptreact");
        assertThat(SourceFiles.languageId("/x/a.h", LspLanguage.CPP)).isEqualTo("cpp");
        assertThat(SourceFiles.languageId("/x/a.JS", LspLanguage.TYPESCRIPT)).isEqualTo("javascript");
    }

    @Test
    void every_language_has_a_server_and_only_its_own_can_be_asked_for() {
        for (var language : LspLanguage.values()) {
            assertThat(ServerProgram.of(language, Optional.empty())).isNotEmpty();
        }
        assertThat(ServerProgram.of(LspLanguage.PYTHON, Optional.of("pylsp"))).containsExactly(ServerProgram.PYLSP);
        assertThatThrownBy(() -> ServerProgram.of(LspLanguage.PYTHON, Optional.of("clangd")))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void settings_are_found_by_their_names_with_dots() {
        var settings = Settings.of(Map.of("python", Map.of("analysis", Map.of("mode", "strict")), "server", "pylsp"));
        assertThat(Settings.section(settings.all(), "python.analysis")).hasToString("{\"mode\":\"strict\"}");
        assertThat(Settings.section(settings.all(), "python.other.more").isJsonNull())
                .isTrue();
        assertThat(settings.configuration()).hasToString("{\"python\":{\"analysis\":{\"mode\":\"strict\"}}}");
        assertThat(settings.server()).contains("pylsp");
    }

    @Test
    void settings_are_no_longer_than_a_server_could_need() {
        var much = Map.<String, Object>of("a", "x".repeat(Settings.MOST_CHARACTERS));

        assertThatThrownBy(() -> Settings.of(much)).isInstanceOf(ApiException.class);
    }

    @Test
    void a_report_is_for_the_version_that_was_expected() throws Exception {
        var published = new Published(false, Budget.KEPT);
        published.publish("a", null, List.of(FOUND), 1); // nobody has it open
        published.expect("a", 2);
        published.publish("a", 1, List.of(FOUND), 1);
        assertThat(published.await("a", Deadline.in(Duration.ofMillis(1)), soon()))
                .isNull();
        published.publish("a", 2, List.of(FOUND), 1);
        assertThat(published.await("a", soon(), soon())).isEqualTo(new Published.Report(List.of(FOUND), false));
        published.expect("a", 3);
        assertThat(published.known("a")).isEmpty();
        published.end(new ServerEnd.Lost());
        assertThatThrownBy(() -> published.await("a", soon(), soon())).isInstanceOf(ServerGoneException.class);
    }

    @Test
    void one_without_a_version_is_for_what_was_told_last() throws Exception {
        var published = new Published(false, Budget.KEPT);
        published.expect("a", 1);
        published.publish("a", null, List.of(), 1);
        assertThat(published.await("a", soon(), soon())).isEqualTo(new Published.Report(List.of(), false));
    }

    /** As clangd does, also when the document was opened again meanwhile. */
    @Test
    void what_a_server_takes_back_of_a_closed_document_is_no_report_of_the_next() throws Exception {
        var published = new Published(false, Budget.KEPT);
        published.expect("a", 1);
        published.publish("a", 1, List.of(FOUND), 1);
        published.forget("a");
        published.expect("a", 2);
        published.publish("a", null, List.of(), 1);
        assertThat(published.await("a", Deadline.in(Duration.ofMillis(1)), soon()))
                .isNull();
        published.publish("a", 2, List.of(FOUND), 1);
        assertThat(published.await("a", soon(), soon())).isEqualTo(new Published.Report(List.of(FOUND), false));
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofMinutes(1));
    }

    @Test
    void reports_are_kept_up_to_a_number_and_a_size() throws Exception {
        var budget = new Budget(200_000, 150_000);
        var published = new Published(false, budget);
        published.expect("a", 1);
        published.publish("a", 1, Collections.nCopies(Published.MOST + 1, FOUND), 100_000);
        assertThat(published.known("a")).hasSize(Published.MOST);
        assertThat(published.await("a", soon(), soon())).extracting("isLarge").isEqualTo(true);

        published.expect("b", 1);
        published.publish("b", 1, List.of(FOUND), 60_000);
        assertThatThrownBy(() -> published.await("b", soon(), soon())).isInstanceOf(TooLargeException.class);
        published.forget("a");
        published.publish("b", 1, List.of(FOUND), 60_000);
        assertThat(published.known("b")).hasSize(1);
        published.end(new ServerEnd.Lost());
        assertThat(budget.share().take(150_000)).as("all of it was given back").isTrue();
    }

    @Test
    void what_one_server_holds_leaves_another_its_own() {
        var budget = new Budget(100_000, 100_000 + Budget.OWN);
        var greedy = budget.share();
        var modest = budget.share();

        assertThat(greedy.take(100_000 + Budget.OWN)).isTrue();
        assertThat(greedy.taking(1)).isEqualTo(Budget.Taking.OWN_IS_FULL);
        assertThat(modest.take(Budget.OWN)).isTrue();
        assertThat(modest.taking(Budget.LITTLE + 1)).isEqualTo(Budget.Taking.ALL_IS_FULL);
        assertThat(modest.take(Budget.LITTLE)).as("a little is never refused").isTrue();
        greedy.give(3 * Budget.LITTLE);
        assertThat(modest.take(2 * Budget.LITTLE)).isTrue();
        assertThat(modest.taking(Budget.LITTLE + 1)).isEqualTo(Budget.Taking.ALL_IS_FULL);
    }

    @Test
    void an_outbox_counts_what_is_on_the_way_and_gives_back_all() throws Exception {
        var budget = new Budget(0, Budget.OWN);
        var outbox = new Outbox(budget);
        var message = "x".repeat(Budget.OWN - 100);
        assertThat(outbox.add(message)).isEqualTo(Budget.Taking.TAKEN);
        assertThat(outbox.take()).isNotNull();
        assertThat(outbox.add(message)).as("while the first one is on its way").isEqualTo(Budget.Taking.OWN_IS_FULL);
        assertThat(outbox.add("y")).isEqualTo(Budget.Taking.TAKEN);
        assertThat(outbox.take()).isNotNull();
        assertThat(outbox.add(message)).isEqualTo(Budget.Taking.TAKEN);
        outbox.close();
        assertThat(outbox.add("z")).isEqualTo(Budget.Taking.OWN_IS_FULL);
        assertThat(outbox.take()).isNull();
    }

    @Test
    void questions_that_fail_at_the_same_time_are_no_silence() {
        var silence = new Silence();
        var askedAt = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            assertThat(silence.isDeathly(askedAt)).isFalse();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(silence.isDeathly(System.nanoTime())).isFalse();
        }
        assertThat(silence.isDeathly(System.nanoTime())).isTrue();
        silence.broken();
        assertThat(silence.isDeathly(System.nanoTime())).isFalse();
    }

    @Test
    void of_a_tree_of_symbols_all_count() {
        var range = new Range(new Position(0, 0), new Position(0, 1));
        var leaf = new DocumentSymbol("x", SymbolKind.Function, range, range);
        var branch = new DocumentSymbol("y", SymbolKind.Class, range, range);
        branch.setChildren(Collections.nCopies(150, leaf));
        var trunk = new DocumentSymbol("z", SymbolKind.Class, range, range);
        trunk.setChildren(Collections.nCopies(150, branch));

        var symbols = SymbolShapes.ofDocument("file:///a", Collections.nCopies(9, Either.forRight(trunk)));

        assertThat(count(symbols)).isEqualTo(10_000);
    }

    private static int count(List<Symbol> symbols) {
        return symbols.stream()
                .mapToInt(symbol -> 1 + count(Objects.requireNonNullElse(symbol.children(), List.of())))
                .sum();
    }

    @Test
    void an_answer_is_as_long_as_it_is_within_another_json() {
        var bound = new AnswerBound(ObjectMapper.getDefault());
        var hover = new Hover(new HoverInfo("\"".repeat(100), null));

        assertThat(bound.check("lsp-1", hover, 500)).isEqualTo(hover);
        assertThatThrownBy(() -> bound.check("lsp-1", hover, 400))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.failure().details()).containsEntry("reason", "too_large"));
    }
}
