package dev.elevo.agent.lsp;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.lsp.LspLanguage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a language server does not answer, as the API says it. */
final class LspFailures {
    private LspFailures() {}

    static Failure noSuchServer(String serverId) {
        return refused(
                ErrorCode.LSP_SERVER_NOT_FOUND,
                "There is no such language server",
                Map.of("serverId", Excerpt.of(serverId)));
    }

    static Failure noServerFor(@Nullable String path) {
        return refused(
                ErrorCode.LSP_SERVER_NOT_FOUND,
                "No language server is there for this; start one for its language and project",
                path == null ? Map.of() : Map.of("path", Excerpt.of(path)));
    }

    static Failure crashed(String serverId, ServerEnd end) {
        return refused(
                ErrorCode.LSP_SERVER_CRASHED,
                "The language server died, and is started again by one of the next queries",
                Map.of("serverId", serverId, "reason", end.reason()));
    }

    static Failure resting(String serverId, String reason, Duration rest) {
        return refused(
                ErrorCode.LSP_SERVER_CRASHED,
                "The language server died and is not started again yet",
                Map.of("serverId", serverId, "reason", reason, "retryAfterMs", rest.toMillis()));
    }

    static Failure notInstalled(ServerProgram program, LspLanguage language) {
        var details = initialization("not_installed", program, language);
        details.put("install", program.installation());
        return refused(
                ErrorCode.LSP_INITIALIZATION_FAILED,
                "There is no " + program.programName() + " in the sandbox. To install it: " + program.installation(),
                details);
    }

    static Failure notStarted(String reason, ServerProgram program, LspLanguage language) {
        return refused(
                ErrorCode.LSP_INITIALIZATION_FAILED,
                reason.equals("timeout")
                        ? "The language server was not ready in time"
                        : "The language server ended before it was ready",
                initialization(reason, program, language));
    }

    private static Map<String, Object> initialization(String reason, ServerProgram program, LspLanguage language) {
        var details = new HashMap<String, Object>();
        details.put("reason", reason);
        details.put("server", program.programName());
        details.put("language", language.wireName());
        return details;
    }

    static Failure timeout(String serverId) {
        return refused(
                ErrorCode.LSP_TIMEOUT, "The language server did not answer in time", Map.of("serverId", serverId));
    }

    static Failure notSupported(String serverId, String operation) {
        return refused(
                ErrorCode.LSP_REQUEST_FAILED,
                "The language server has no " + operation,
                Map.of("serverId", serverId, "reason", "not_supported_by_server", "operation", operation));
    }

    /** @param words the server's own, from inside the sandbox and for whoever owns it */
    static Failure requestFailed(String serverId, String reason, String words) {
        return refused(
                ErrorCode.LSP_REQUEST_FAILED,
                "The language server refused the request",
                Map.of("serverId", serverId, "reason", reason, "message", Excerpt.of(words)));
    }

    static Failure notOpen(String serverId, String path) {
        return refused(
                ErrorCode.LSP_REQUEST_FAILED,
                "The file is not open, so nobody can tell what a part of it is: open it first",
                Map.of("serverId", serverId, "reason", "not_open", "path", Excerpt.of(path)));
    }

    static Failure overtaken(String serverId, String path, int version) {
        return refused(
                ErrorCode.LSP_REQUEST_FAILED,
                "The file has a later version already",
                Map.of("serverId", serverId, "reason", "overtaken", "path", Excerpt.of(path), "version", version));
    }

    static Failure noRoom() {
        return new Failure.Unavailable("Language servers have too much to read at the moment", Duration.ofSeconds(1));
    }

    static Failure exhausted(String message, String resource) {
        return refused(ErrorCode.RESOURCE_EXHAUSTED, message, Map.of("resource", resource));
    }

    /** @param limit how many there may be */
    static Failure exhausted(String message, String resource, int limit) {
        return refused(ErrorCode.RESOURCE_EXHAUSTED, message, Map.of("resource", resource, "limit", limit));
    }

    private static Failure refused(ErrorCode code, String message, Map<String, Object> details) {
        return new Failure.Refused(code, message, details);
    }
}
