package dev.elevo.agent.lsp;

import dev.elevo.contract.Failure;
import dev.elevo.contract.lsp.LspLanguage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that serves languages: how it is started, what it wants to be told, and how it gets onto a machine. */
enum ServerProgram {
    PYRIGHT(
            "pyright",
            List.of("pyright-langserver", "--stdio"),
            ServerProgram.BY_DOCTOR,
            Reports.WHOLE,
            Watching.IS_TOLD,
            LspLanguage.PYTHON),
    PYLSP("pylsp", List.of("pylsp"), ServerProgram.BY_DOCTOR, Reports.WHOLE, Watching.IS_TOLD, LspLanguage.PYTHON),
    TYPESCRIPT(
            "typescript-language-server",
            List.of("typescript-language-server", "--stdio"),
            ServerProgram.BY_DOCTOR,
            Reports.IN_PARTS,
            Watching.WITH_WHAT_IS_OPEN,
            LspLanguage.TYPESCRIPT,
            LspLanguage.JAVASCRIPT),
    CLANGD(
            "clangd",
            List.of("clangd", "--log=error", "--pch-storage=memory", "-j=2"),
            ServerProgram.BY_DOCTOR,
            Reports.WHOLE,
            Watching.WITH_WHAT_IS_OPEN,
            LspLanguage.C,
            LspLanguage.CPP),
    GOPLS(
            "gopls",
            List.of("gopls"),
            "go install golang.org/x/tools/gopls@latest, in the sandbox or on its template",
            Reports.WHOLE,
            Watching.IS_TOLD,
            LspLanguage.GO),
    RUST_ANALYZER(
            "rust-analyzer",
            List.of("rust-analyzer"),
            "rustup component add rust-analyzer, in the sandbox or on its template",
            Reports.IN_PARTS,
            Watching.BY_ITSELF,
            LspLanguage.RUST),
    JDTLS(
            "jdtls",
            List.of("jdtls"),
            "Eclipse JDT Language Server, with its bin/jdtls on the PATH of the sandbox's template",
            Reports.IN_PARTS,
            Watching.IS_TOLD,
            LspLanguage.JAVA),
    OMNISHARP(
            "OmniSharp",
            List.of("OmniSharp", "-lsp"),
            "OmniSharp, with its program of that name on the PATH of the sandbox's template",
            Reports.IN_PARTS,
            Watching.BY_ITSELF,
            LspLanguage.CSHARP);

    private static final String BY_DOCTOR = "./elevo doctor --install-lsp, by whoever runs the service";

    /** How diagnostics that nobody asks for come. */
    enum Reports {
        /** All of a file in one message. */
        WHOLE,
        /** First what is found first, soon followed by the rest. */
        IN_PARTS
    }

    /** How it learns of files that nobody has open. */
    enum Watching {
        /** It looks at them by itself, or watches them. */
        BY_ITSELF,
        /** It wants to be told. */
        IS_TOLD,
        /** It looks at them again, or tells what they change, when a file that needs them is opened. */
        WITH_WHAT_IS_OPEN
    }

    private final String programName;
    private final List<String> command;
    private final String installation;
    private final Reports reports;
    private final Watching watching;
    private final List<LspLanguage> languages;

    ServerProgram(
            String programName,
            List<String> command,
            String installation,
            Reports reports,
            Watching watching,
            LspLanguage... languages) {
        this.programName = programName;
        this.command = command;
        this.installation = installation;
        this.reports = reports;
        this.watching = watching;
        this.languages = List.of(languages);
    }

    String programName() {
        return programName;
    }

    List<String> command() {
        return command;
    }

    /** For people. */
    String installation() {
        return installation;
    }

    Reports reports() {
        return reports;
    }

    Watching watching() {
        return watching;
    }

    /** Not UTF-16 units, as the protocol has it. */
    boolean countsCodePoints() {
        return this == PYLSP;
    }

    /** It tells of what is closed that nothing is wrong with it, and no version with which that could be told from the next report. */
    boolean takesBackWithoutVersion() {
        return this == TYPESCRIPT;
    }

    /** What is asked of a file waits until its project is read, which takes longer than a report that follows. */
    boolean readsProjectsWhenAsked() {
        return this == TYPESCRIPT;
    }

    boolean serves(LspLanguage language) {
        return languages.contains(language);
    }

    /** Those of a language, the preferred first; only the one that is named, where one is. */
    static List<ServerProgram> of(LspLanguage language, Optional<String> named) {
        var fitting = Stream.of(values())
                .filter(program -> program.serves(language))
                .filter(program -> named.map(program.programName::equals).orElse(true))
                .toList();
        if (fitting.isEmpty()) {
            throw Failure.Invalid.field("settings.server", "is no server of " + language.wireName(), named.orElse(null))
                    .asException();
        }
        return fitting;
    }

    /** What the server wants to know before anything else, unless the client says otherwise. */
    Map<String, Object> initializationOptions() {
        return this == TYPESCRIPT
                // It would fetch packages of its own accord.
                ? Map.of(
                        "disableAutomaticTypingAcquisition",
                        true,
                        "hostInfo",
                        "elevo",
                        // Else a second one that knows no other file answers while the project is read.
                        "tsserver",
                        Map.of("useSyntaxServer", "never"))
                : Map.of();
    }
}
