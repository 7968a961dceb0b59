package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Pyright as an editor has it: a process of its own, spoken to over its standard streams. */
final class LspPeer implements AutoCloseable {
    private final Process process;
    private final OutputStream toServer;
    private final InputStream fromServer;
    private int requests;

    LspPeer(Path project) throws IOException {
        var builder = new ProcessBuilder(program().toString(), "--stdio")
                .directory(project.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        process = builder.start();
        toServer = process.getOutputStream();
        fromServer = new BufferedInputStream(process.getInputStream(), 64 * 1024);
        ask(
                "initialize",
                Map.of(
                        "processId",
                        ProcessHandle.current().pid(),
                        "rootUri",
                        project.toUri().toString(),
                        "workspaceFolders",
                        List.of(Map.of("uri", project.toUri().toString(), "name", "project")),
                        "capabilities",
                        Map.of(
                                "workspace",
                                Map.of("didChangeWatchedFiles", Map.of("dynamicRegistration", true)),
                                "textDocument",
                                Map.of(
                                        "hover",
                                        Map.of("contentFormat", List.of("markdown")),
                                        // As our agent says it: else it would look at the whole project by itself.
                                        "diagnostic",
                                        Map.of("dynamicRegistration", true)))));
        tell("initialized", Map.of());
    }

    /** Where {@code ./elevo doctor --install-lsp} has put it. */
    private static Path program() throws IOException {
        var cache = Objects.requireNonNullElse(
                System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache");
        var home = Objects.requireNonNullElse(System.getenv("ELEVO_LSP_HOME"), cache + "/elevo/lsp");
        var program = Path.of(home, "current", "opt", "elevo", "lsp", "bin", "pyright-langserver");
        if (!Files.isExecutable(program)) {
            throw new IOException("no language servers; ./elevo doctor --install-lsp installs them");
        }
        return program.toRealPath();
    }

    void open(String uri, String text) throws IOException {
        tell(
                "textDocument/didOpen",
                Map.of("textDocument", Map.of("uri", uri, "languageId", "python", "version", 1, "text", text)));
    }

    void close(String uri) throws IOException {
        tell("textDocument/didClose", Map.of("textDocument", Map.of("uri", uri)));
    }

    /** An editor watches the files for the server, which does not itself: of a new one it knows nothing else when another needs it. */
    void created(String uri) throws IOException {
        tell("workspace/didChangeWatchedFiles", Map.of("changes", List.of(Map.of("uri", uri, "type", 1))));
    }

    private void tell(String method, Object params) throws IOException {
        send(Map.of("jsonrpc", "2.0", "method", method, "params", params));
    }

    /** The result as text, and everything else that comes before it is answered as briefly as can be. */
    String ask(String method, Object params) throws IOException {
        var id = ++requests;
        send(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params));
        for (; ; ) {
            var text = receive();
            var message = Json.object(text);
            if (message.containsKey("method")) {
                if (message.containsKey("id")) {
                    send(Map.of(
                            "jsonrpc", "2.0", "id", Objects.requireNonNull(message.get("id")), "result", List.of()));
                }
            } else if (message.get("id") instanceof Number answered && answered.intValue() == id) {
                if (message.containsKey("error")) {
                    throw new WrongReply(text);
                }
                return text;
            }
        }
    }

    private void send(Object message) throws IOException {
        var content = Json.write(message).getBytes(UTF_8);
        toServer.write(("Content-Length: " + content.length + "\r\n\r\n").getBytes(US_ASCII));
        toServer.write(content);
        toServer.flush();
    }

    private String receive() throws IOException {
        var length = 0;
        for (var line = line(); !line.isEmpty(); line = line()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        return new String(fromServer.readNBytes(length), UTF_8);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = fromServer.read(); c != '\n'; c = fromServer.read()) {
            if (c < 0) {
                throw new EOFException("pyright has ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
