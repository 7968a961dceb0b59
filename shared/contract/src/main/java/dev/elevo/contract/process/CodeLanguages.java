package dev.elevo.contract.process;

import java.util.List;

/** The languages that code may be in, where a template has them. */
public final class CodeLanguages {
    public static final String PATTERN = "python|javascript|typescript|bash|go|rust|java|cpp|c|ruby|php";
    public static final List<String> ALL = List.of(PATTERN.split("\\|"));

    private CodeLanguages() {}
}
