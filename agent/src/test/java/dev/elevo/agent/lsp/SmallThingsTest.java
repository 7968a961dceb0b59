package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.lsp.LspLanguage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
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
        assertThat(settings.section("python.analysis")).isEqualTo(Map.of("mode", "strict"));
        assertThat(settings.section("python.other.more")).isNull();
        assertThat(settings.configuration()).containsOnlyKeys("python");
        assertThat(settings.server()).contains("pylsp");
    }

    @Test
    void a_report_is_for_the_version_that_was_expected() throws InterruptedException {
        var published = new Published(false);
        published.publish("a", null, List.of(FOUND)); // nobody has it open
        published.expect("a", 2);
        published.publish("a", 1, List.of(FOUND));
        assertThat(published.await("a", Deadline.in(Duration.ofMillis(1)))).isNull();
        published.publish("a", 2, List.of(FOUND));
        assertThat(published.await("a", Deadline.in(Duration.ofMinutes(1)))).containsExactly(FOUND);
        published.expect("a", 3);
        assertThat(published.known("a")).isEmpty();
        published.publish("a", null, List.of());
        assertThat(published.await("a", Deadline.in(Duration.ofMinutes(1)))).isEmpty();
        published.end(new ServerEnd.Lost());
        assertThatThrownBy(() -> published.await("a", Deadline.in(Duration.ofMinutes(1))))
                .isInstanceOf(ServerGoneException.class);
    }
}
