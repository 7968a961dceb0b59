package dev.elevo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.conformance.areas.Areas;
import dev.elevo.conformance.dsl.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the contract is what the statements are about: all of its sections, and each code that a connection is closed with. */
class StatementsTest {
    private static final Pattern SECTION = Pattern.compile("(?m)^#{3,4} ([1-5]\\.\\d+[abc]?) ");
    private static final Pattern CLOSE_CODE = Pattern.compile("(?m)^\\| ([14]\\d{3}) \\|");
    private static final Pattern EXCUSED = Pattern.compile("(?m)^\\| 4\\.9: ([0-9, ]+) \\|");

    private static final Set<String> STATEMENTS = Areas.written().stream()
            .flatMap(area -> area.cases().stream())
            .map(Case::statement)
            .collect(Collectors.toSet());

    private static String document(String name) throws IOException {
        return Files.readString(Path.of("../docs", name));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(row -> row.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void each_section_of_the_contract_has_a_statement() throws IOException {
        var sections = found(SECTION, document("contract.md"));
        assertThat(sections).hasSizeGreaterThan(40).contains("1.1", "2.9a", "5.6");

        // 2.9 is its parts.
        sections.removeIf(
                section -> STATEMENTS.stream().anyMatch(words -> words.matches("(?s)" + section + "[abc]?: .*")));

        assertThat(sections).isEmpty();
    }

    @Test
    void each_close_code_has_a_statement_or_an_excuse_and_none_has_both() throws IOException {
        var contract = document("contract.md");
        var codes = found(CLOSE_CODE, contract.substring(contract.indexOf("### 4.9"), contract.indexOf("## 5.")));
        assertThat(codes).hasSizeGreaterThan(10).contains("1013", "4408");

        codes.removeIf(code -> STATEMENTS.stream().anyMatch(words -> words.matches("(?s)4\\..*\\b" + code + "\\b.*")));

        var excused = found(EXCUSED, document("conformance.md")).stream()
                .flatMap(row -> Set.of(row.split(", ")).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(excused).isEqualTo(codes);
    }
}
