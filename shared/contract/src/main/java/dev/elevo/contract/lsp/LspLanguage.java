package dev.elevo.contract.lsp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The languages that have servers. */
public enum LspLanguage {
    PYTHON,
    TYPESCRIPT,
    JAVASCRIPT,
    GO,
    RUST,
    JAVA,
    C,
    CPP,
    CSHARP;

    /** As requests and answers name them. */
    public static final List<String> ALL =
            Stream.of(values()).map(LspLanguage::wireName).toList();

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<LspLanguage> named(String wireName) {
        return Stream.of(values())
                .filter(language -> language.wireName().equals(wireName))
                .findFirst();
    }
}
