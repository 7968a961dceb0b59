package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.DocumentChange;
import dev.elevo.contract.lsp.HoverInfo;
import dev.elevo.contract.lsp.Location;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.lsp.SignatureHelp;
import dev.elevo.contract.lsp.SignatureInformation;
import dev.elevo.contract.lsp.SignatureParameter;
import dev.elevo.contract.lsp.TextEdit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.MarkedString;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Tuple;
import org.jspecify.annotations.Nullable;

/** Places and texts, in the protocol's shapes and in ours. */
final class TextShapes {
    static final int MOST_LOCATIONS = 10_000;

    private TextShapes() {}

    static org.eclipse.lsp4j.Position position(Position position) {
        return new org.eclipse.lsp4j.Position(position.line(), position.character());
    }

    static org.eclipse.lsp4j.Range range(Range range) {
        return new org.eclipse.lsp4j.Range(position(range.start()), position(range.end()));
    }

    static Position position(org.eclipse.lsp4j.Position position) {
        return new Position(Math.max(0, position.getLine()), Math.max(0, position.getCharacter()));
    }

    static Range range(org.eclipse.lsp4j.Range range) {
        return new Range(position(range.getStart()), position(range.getEnd()));
    }

    static @Nullable Range rangeOrNull(org.eclipse.lsp4j.@Nullable Range range) {
        return range == null ? null : range(range);
    }

    static Location location(org.eclipse.lsp4j.Location location) {
        return new Location(FileUris.normal(location.getUri()), range(location.getRange()));
    }

    static TextEdit edit(org.eclipse.lsp4j.TextEdit edit) {
        return new TextEdit(range(edit.getRange()), edit.getNewText());
    }

    static TextDocumentContentChangeEvent change(DocumentChange change) {
        return change.range() == null
                ? new TextDocumentContentChangeEvent(change.text())
                : new TextDocumentContentChangeEvent(range(change.range()), change.text());
    }

    static List<Location> locations(@Nullable List<? extends org.eclipse.lsp4j.Location> locations) {
        return locations == null
                ? List.of()
                : locations.stream()
                        .limit(MOST_LOCATIONS)
                        .map(TextShapes::location)
                        .toList();
    }

    /** Some servers tell where a definition is with where it was asked for. */
    static List<Location> definitions(
            @Nullable Either<List<? extends org.eclipse.lsp4j.Location>, List<? extends LocationLink>> found) {
        if (found == null) {
            return List.of();
        }
        return found.isLeft()
                ? locations(found.getLeft())
                : found.getRight().stream()
                        .limit(MOST_LOCATIONS)
                        .map(link -> new Location(
                                FileUris.normal(link.getTargetUri()), range(link.getTargetSelectionRange())))
                        .toList();
    }

    /** Null for one without words. */
    static @Nullable HoverInfo hover(@Nullable Hover hover) {
        if (hover == null || hover.getContents() == null) {
            return null;
        }
        var contents = hover.getContents();
        var text = contents.isRight()
                ? contents.getRight().getValue()
                : contents.getLeft().stream().map(TextShapes::marked).collect(Collectors.joining("\n\n"));
        return text == null || text.isBlank() ? null : new HoverInfo(text, rangeOrNull(hover.getRange()));
    }

    private static String marked(Either<String, MarkedString> part) {
        return part.isLeft()
                ? part.getLeft()
                : "```" + part.getRight().getLanguage() + "\n" + part.getRight().getValue() + "\n```";
    }

    static @Nullable String documentation(@Nullable Either<String, MarkupContent> documentation) {
        if (documentation == null) {
            return null;
        }
        var text = documentation.isLeft()
                ? documentation.getLeft()
                : documentation.getRight().getValue();
        return text == null || text.isEmpty() ? null : text;
    }

    static @Nullable SignatureHelp signatures(org.eclipse.lsp4j.@Nullable SignatureHelp help) {
        if (help == null || help.getSignatures() == null || help.getSignatures().isEmpty()) {
            return null;
        }
        return new SignatureHelp(
                help.getSignatures().stream().map(TextShapes::signature).toList(),
                Objects.requireNonNullElse(help.getActiveSignature(), 0),
                activeParameter(help));
    }

    /** Newer servers tell it of each signature. */
    private static int activeParameter(org.eclipse.lsp4j.SignatureHelp help) {
        var active = Objects.requireNonNullElse(help.getActiveSignature(), 0);
        var signatures = help.getSignatures();
        var ofSignature = active >= 0 && active < signatures.size()
                ? signatures.get(active).getActiveParameter()
                : null;
        var general = help.getActiveParameter();
        return Math.max(0, ofSignature != null ? ofSignature : general != null ? general : 0);
    }

    private static SignatureInformation signature(org.eclipse.lsp4j.SignatureInformation signature) {
        var parameters = signature.getParameters();
        return new SignatureInformation(
                signature.getLabel(),
                documentation(signature.getDocumentation()),
                parameters == null
                        ? null
                        : parameters.stream()
                                .map(parameter -> new SignatureParameter(
                                        label(parameter.getLabel()), documentation(parameter.getDocumentation())))
                                .toList());
    }

    private static Object label(Either<String, Tuple.Two<Integer, Integer>> label) {
        return label.isLeft()
                ? label.getLeft()
                : List.of(label.getRight().getFirst(), label.getRight().getSecond());
    }
}
