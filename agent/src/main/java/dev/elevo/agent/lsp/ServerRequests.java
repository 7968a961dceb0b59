package dev.elevo.agent.lsp;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** What a server may ask of us: its settings, and little else. It is answered at once, and learns nothing of us from an error. */
final class ServerRequests {
    private static final int MOST_ITEMS = 100;
    private static final String DIAGNOSTIC = "textDocument/diagnostic";
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

    ServerRequests(Settings settings, WorkspaceFolder folder, Published published) {
        this.settings = settings;
        this.folder = folder;
        this.published = published;
    }

    /** The message to answer with. */
    String answer(Envelope.Id id, String method, byte[] message) throws BrokenServerException {
        var answer = new JsonObject();
        answer.addProperty("jsonrpc", "2.0");
        answer.add("id", id.isNumber() ? number(id.text()) : new JsonPrimitive(id.text()));
        if (GRANTED.contains(method)) {
            answer.add("result", JsonNull.INSTANCE);
            return answer.toString();
        }
        switch (method) {
            case "client/registerCapability" -> {
                answer.add("result", JsonNull.INSTANCE);
                if (isAboutDiagnostics(message, "registrations")) {
                    published.isToBeAsked(true);
                }
            }
            case "client/unregisterCapability" -> {
                answer.add("result", JsonNull.INSTANCE);
                // As the protocol spells it.
                if (isAboutDiagnostics(message, "unregisterations")) {
                    published.isToBeAsked(false);
                }
            }
            case "workspace/configuration" -> answer.add("result", configuration(message));
            case "workspace/workspaceFolders" -> answer.add("result", folders());
            case "workspace/applyEdit" -> {
                var refusal = new JsonObject();
                refusal.addProperty("applied", false);
                answer.add("result", refusal);
            }
            default -> answer.add("error", unknown());
        }
        return answer.toString();
    }

    private static JsonPrimitive number(String text) throws BrokenServerException {
        try {
            return new JsonPrimitive(Long.valueOf(text));
        } catch (NumberFormatException e) {
            throw new BrokenServerException("garbage", e);
        }
    }

    private static JsonObject unknown() {
        var error = new JsonObject();
        error.addProperty("code", ResponseErrorCode.MethodNotFound.getValue());
        error.addProperty("message", "not offered");
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

    /** All else that it registers we do not ask for, or ask for anyhow. */
    private static boolean isAboutDiagnostics(byte[] message, String list) throws BrokenServerException {
        if (message.length > MessageRoom.SMALL) {
            return false;
        }
        for (var one : items(message, list)) {
            if (one instanceof JsonObject object
                    && object.get("method") instanceof JsonPrimitive method
                    && method.getAsString().equals(DIAGNOSTIC)) {
                return true;
            }
        }
        return false;
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
