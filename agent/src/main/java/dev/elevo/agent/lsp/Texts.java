package dev.elevo.agent.lsp;

import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;

/** What becomes of a text by what a client says of parts of it. */
final class Texts {
    private Texts() {}

    /** Each change is about what the one before it has left. */
    static String after(String text, List<TextDocumentContentChangeEvent> changes) {
        var now = text;
        for (var change : changes) {
            var range = change.getRange();
            if (range == null) {
                now = change.getText();
                continue;
            }
            var start = offset(now, range.getStart());
            var end = Math.max(start, offset(now, range.getEnd()));
            now = now.substring(0, start) + change.getText() + now.substring(end);
        }
        return now;
    }

    /** What is behind the end of a line is its end. */
    private static int offset(String text, Position position) {
        var at = 0;
        for (int line = 0; line < position.getLine() && at < text.length(); line++) {
            at = endOfLine(text, at);
            at += text.startsWith("\r\n", at) ? 2 : at < text.length() ? 1 : 0;
        }
        return (int) Math.min((long) at + position.getCharacter(), endOfLine(text, at));
    }

    private static int endOfLine(String text, int from) {
        var at = from;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }
}
