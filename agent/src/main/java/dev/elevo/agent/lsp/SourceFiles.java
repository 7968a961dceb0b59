package dev.elevo.agent.lsp;

import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.lsp.LspLanguage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the name of a file tells of its language. */
final class SourceFiles {
    private static final Map<String, List<LspLanguage>> LANGUAGES = Map.ofEntries(
            Map.entry("py", List.of(LspLanguage.PYTHON)),
            Map.entry("pyi", List.of(LspLanguage.PYTHON)),
            Map.entry("ts", List.of(LspLanguage.TYPESCRIPT, LspLanguage.JAVASCRIPT)),
            Map.entry("tsx", List.of(LspLanguage.TYPESCRIPT, LspLanguage.JAVASCRIPT)),
            Map.entry("mts", List.of(LspLanguage.TYPESCRIPT, LspLanguage.JAVASCRIPT)),
            Map.entry("cts", List.of(LspLanguage.TYPESCRIPT, LspLanguage.JAVASCRIPT)),
            Map.entry("js", List.of(LspLanguage.JAVASCRIPT, LspLanguage.TYPESCRIPT)),
            Map.entry("jsx", List.of(LspLanguage.JAVASCRIPT, LspLanguage.TYPESCRIPT)),
            Map.entry("mjs", List.of(LspLanguage.JAVASCRIPT, LspLanguage.TYPESCRIPT)),
            Map.entry("cjs", List.of(LspLanguage.JAVASCRIPT, LspLanguage.TYPESCRIPT)),
            Map.entry("go", List.of(LspLanguage.GO)),
            Map.entry("rs", List.of(LspLanguage.RUST)),
            Map.entry("java", List.of(LspLanguage.JAVA)),
            Map.entry("c", List.of(LspLanguage.C, LspLanguage.CPP)),
            Map.entry("h", List.of(LspLanguage.C, LspLanguage.CPP)),
            Map.entry("cpp", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("cc", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("cxx", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("hpp", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("hh", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("hxx", List.of(LspLanguage.CPP, LspLanguage.C)),
            Map.entry("cs", List.of(LspLanguage.CSHARP)));

    private SourceFiles() {}

    /** The file's own language first, then those whose servers know it too. */
    static List<LspLanguage> languages(String path) {
        return LANGUAGES.getOrDefault(extension(path), List.of());
    }

    /** As the protocol names the language of a file. */
    static String languageId(String path, LspLanguage ofServer) {
        var extension = extension(path);
        return switch (extension) {
            case "tsx" -> "typescriptreact";
            case "jsx" -> "javascriptreact";
            case "h" -> ofServer.wireName();
            default -> {
                var languages = LANGUAGES.getOrDefault(extension, List.of());
                yield (languages.isEmpty() ? ofServer : languages.getFirst()).wireName();
            }
        };
    }

    private static String extension(String path) {
        var name = SandboxPath.name(path);
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
