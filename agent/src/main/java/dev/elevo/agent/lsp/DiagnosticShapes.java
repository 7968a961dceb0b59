package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.CodeDescription;
import dev.elevo.contract.lsp.Diagnostic;
import dev.elevo.contract.lsp.RelatedInformation;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.eclipse.lsp4j.DiagnosticRelatedInformation;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DiagnosticTag;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** Diagnostics, in the protocol's shapes and in ours. */
final class DiagnosticShapes {
    private static final int MOST = 10_000;

    private DiagnosticShapes() {}

    static List<Diagnostic> of(@Nullable List<org.eclipse.lsp4j.Diagnostic> diagnostics) {
        return diagnostics == null
                ? List.of()
                : diagnostics.stream().limit(MOST).map(DiagnosticShapes::of).toList();
    }

    private static Diagnostic of(org.eclipse.lsp4j.Diagnostic diagnostic) {
        var severity = Objects.requireNonNullElse(diagnostic.getSeverity(), DiagnosticSeverity.Error)
                .getValue();
        var description = diagnostic.getCodeDescription();
        var related = diagnostic.getRelatedInformation();
        var tags = diagnostic.getTags();
        return new Diagnostic(
                TextShapes.range(diagnostic.getRange()),
                severity,
                Kinds.severity(severity),
                Objects.requireNonNullElse(TextShapes.documentation(diagnostic.getMessage()), ""),
                diagnostic.getSource(),
                code(diagnostic.getCode()),
                description == null || description.getHref() == null
                        ? null
                        : new CodeDescription(description.getHref()),
                related == null || related.isEmpty()
                        ? null
                        : related.stream().map(DiagnosticShapes::related).toList(),
                tags == null || tags.isEmpty()
                        ? null
                        : tags.stream()
                                .map(tag -> tag.name().toLowerCase(Locale.ROOT))
                                .toList());
    }

    private static @Nullable Object code(@Nullable Either<String, Integer> code) {
        return code == null ? null : code.get();
    }

    private static RelatedInformation related(DiagnosticRelatedInformation related) {
        return new RelatedInformation(TextShapes.location(related.getLocation()), related.getMessage());
    }

    static org.eclipse.lsp4j.Diagnostic back(Diagnostic diagnostic) {
        var made = new org.eclipse.lsp4j.Diagnostic(TextShapes.range(diagnostic.range()), diagnostic.message());
        if (diagnostic.severity() != null) {
            made.setSeverity(DiagnosticSeverity.forValue(diagnostic.severity()));
        }
        made.setSource(diagnostic.source());
        switch (diagnostic.code()) {
            case Number number -> made.setCode(number.intValue());
            case String text -> made.setCode(text);
            case null, default -> {}
        }
        if (diagnostic.tags() != null) {
            made.setTags(diagnostic.tags().stream()
                    .map(tag -> tag.equals("deprecated") ? DiagnosticTag.Deprecated : DiagnosticTag.Unnecessary)
                    .toList());
        }
        return made;
    }
}
