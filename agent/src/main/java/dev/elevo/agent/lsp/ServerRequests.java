package dev.elevo.agent.lsp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** What a server may ask of us: its settings, and little else. It is answered at once, and learns nothing of us from an error. */
final class ServerRequests {
    private static final int MOST_ITEMS = 100;
    private static final String DIAGNOSTIC = "textDocument/diagnostic";
    private static final String WATCHED_FILES = "workspace/didChangeWatchedFiles";
    private static final int MOST_CHARACTERS = 1 << 20;

    /** There is nothing to it but to say yes. */
    private static final Set<String> GRANTED = Set.of(
            "window/workDoneProgress/create",
            "window/showMessageRequest",
            "workspace/semanticTokens/refresh",
            "workspace/codeLens/refresh",
            "workspace/inlayHint/refresh",
            "workspace/inlineValue/refresh",
            "workspace/foldingRange/refresh",
            "workspace/diagnostic/refresh");

    private final Settings settings;
    private final WorkspaceFolder folder;
    private final Published published;

    /** Of diagnostics, for which it wants to be asked as long as there is one. */
    private final Set<String> ofDiagnostics = new HashSet<>();

    /** Of watched files. Which of them it says by patterns that we would have to try on all: it is told of all. */
    private final Set<String> ofFiles = new HashSet<>();

    private volatile boolean watchesFiles;

    ServerRequests(Settings settings, WorkspaceFolder folder, Published published) {
        this.settings = settings;
        this.folder = folder;
        this.published = published;
    }

    /** The message to answer with. */
    String answer(Envelope.Id id, String method, byte[] message) throws BrokenServerException {
        var answer = answer(id);
        if (GRANTED.contains(method)) {
            answer.add("result", JsonNull.INSTANCE);
            return answer.toString();
        }
        switch (method) {
            case "client/registerCapability" -> {
                answer.add("result", JsonNull.INSTANCE);
                register(message);
            }
            case "client/unregisterCapability" -> {
                answer.add("result", JsonNull.INSTANCE);
                unregister(message);
            }
            case "workspace/configuration" -> answer.add("result", configuration(message));
            case "workspace/workspaceFolders" -> answer.add("result", folders());
            case "workspace/applyEdit" -> {
                var refusal = new JsonObject();
                refusal.addProperty("applied", false);
                answer.add("result", refusal);
            }
            default -> answer.add("error", error(ResponseErrorCode.MethodNotFound, "not offered"));
        }
        return answer.toString();
    }

    /** For one whose answer there is no room for. */
    static String refusal(Envelope.Id id) throws BrokenServerException {
        var answer = answer(id);
        answer.add("error", error(ResponseErrorCode.InternalError, "no room for the answer"));
        return answer.toString();
    }

    private static JsonObject answer(Envelope.Id id) throws BrokenServerException {
        var answer = new JsonObject();
        answer.addProperty("jsonrpc", "2.0");
        answer.add("id", id.isNumber() ? number(id.text()) : new JsonPrimitive(id.text()));
        return answer;
    }

    boolean watchesFiles() {
        return watchesFiles;
    }

    private static JsonPrimitive number(String text) throws BrokenServerException {
        try {
            return new JsonPrimitive(Long.valueOf(text));
        } catch (NumberFormatException e) {
            throw new BrokenServerException("garbage", e);
        }
    }

    private static JsonObject error(ResponseErrorCode code, String message) {
        var error = new JsonObject();
        error.addProperty("code", code.getValue());
        error.addProperty("message", message);
        return error;
    }

    private JsonArray folders() {
        var one = new JsonObject();
        one.addProperty("uri", folder.getUri());
        one.addProperty("name", folder.getName());
        var all = new JsonArray();
        all.add(one);
        return all;
    }

    /** Null for settings that nobody has made, and for all that would make the answer too long. */
    private JsonArray configuration(byte[] message) throws BrokenServerException {
        var answers = new JsonArray();
        if (message.length > MessageRoom.SMALL) {
            return answers;
        }
        var left = MOST_CHARACTERS;
        var all = settings.all();
        for (var item : items(message, "items")) {
            var section = Settings.section(all, name(item));
            left -= section.toString().length();
            answers.add(left < 0 ? JsonNull.INSTANCE : section);
            if (answers.size() == MOST_ITEMS) {
                break;
            }
        }
        return answers;
    }

    /** Of anything else we do not ask, or ask anyhow. A new registration may come before the end of the old one. */
    private void register(byte[] message) throws BrokenServerException {
        for (var one : registrations(message, "registrations")) {
            var known = one.method().equals(DIAGNOSTIC) ? ofDiagnostics : ofFiles;
            if (known.size() < MOST_ITEMS) {
                known.add(one.id());
            }
        }
        noteRegistrations();
    }

    private void unregister(byte[] message) throws BrokenServerException {
        // As the protocol spells it.
        for (var one : registrations(message, "unregisterations")) {
            (one.method().equals(DIAGNOSTIC) ? ofDiagnostics : ofFiles).remove(one.id());
        }
        noteRegistrations();
    }

    private void noteRegistrations() {
        published.isToBeAsked(!ofDiagnostics.isEmpty());
        watchesFiles = !ofFiles.isEmpty();
    }

    private record Registration(String method, String id) {}

    private static List<Registration> registrations(byte[] message, String list) throws BrokenServerException {
        var found = new ArrayList<Registration>();
        if (message.length > MessageRoom.SMALL) {
            return found;
        }
        for (var one : items(message, list)) {
            if (one instanceof JsonObject object
                    && object.get("method") instanceof JsonPrimitive method
                    && object.get("id") instanceof JsonPrimitive id) {
                found.add(new Registration(method.getAsString(), id.getAsString()));
            }
        }
        found.removeIf(one -> !one.method().equals(DIAGNOSTIC) && !one.method().equals(WATCHED_FILES));
        return found;
    }

    private static JsonArray items(byte[] message, String list) throws BrokenServerException {
        try {
            return Objects.requireNonNull(JsonParser.parseString(new String(message, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("params")
                    .getAsJsonArray(list));
        } catch (RuntimeException e) {
            throw new BrokenServerException("garbage", e);
        }
    }

    private static String name(JsonElement item) {
        return item instanceof JsonObject object && object.get("section") instanceof JsonPrimitive section
                ? section.getAsString()
                : "";
    }
}
