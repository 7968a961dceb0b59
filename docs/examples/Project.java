import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/*
 * A project in a sandbox, by nothing but HTTP and WebSockets: upload it, run its tests, watch its files, mend it with vim in a
 * terminal, and download the result.
 *
 *   KEY=ewk_… java docs/examples/Project.java
 */
static final String URL = System.getenv().getOrDefault("URL", "http://localhost:8080") + "/api/v1/sandboxes";
static final String KEY = System.getenv("KEY");
static final HttpClient HTTP = HttpClient.newHttpClient();

void main() throws Exception {
    var box = "/" + field(call("POST", "", "application/json", "{}"), "id");
    try {
        work(box);
    } finally {
        call("DELETE", box + "?force=true", "application/json", "");
    }
}

void work(String box) throws Exception {
    upload(box, "greet.sh", "echo \"Helo, $1\"\n");
    upload(box, "test.sh", "[ \"$(sh greet.sh world)\" = \"Hello, world\" ] && echo passed || { echo failed; exit 1; }\n");
    IO.println("tests before: " + test(box));

    try (var changes = new Stream(box + "/files/watch?path=/home/user/project");
            var terminal = new Stream(box + "/pty/" + openTerminal(box) + "/connect")) {
        changes.await("subscribed");
        terminal.type("cd project && vim -n greet.sh\r");
        terminal.await("Helo");
        terminal.type(":%s/Helo/Hello/\r:wq\r");
        changes.await("project/greet\\.sh\"");
        IO.println("told that greet.sh has changed");
        // Vim is gone, and the shell asks for more.
        terminal.await("1049l(?s:.*)\\$ ");
        terminal.type("exit\r");
        terminal.await("\"type\": *\"exit\"");
    }
    IO.println("tests after: " + test(box));
    IO.print("result: " + call("GET", box + "/files/download?path=/home/user/project/greet.sh", null, null));
}

void upload(String box, String name, String content) throws Exception {
    call("POST", box + "/files/upload?path=/home/user/project/" + name, "application/octet-stream", content);
}

String test(String box) throws Exception {
    var command = "{\"command\": \"sh test.sh\", \"cwd\": \"/home/user/project\"}";
    return field(call("POST", box + "/process/run", "application/json", command), "stdout").replace("\\n", "");
}

String openTerminal(String box) throws Exception {
    return field(call("POST", box + "/pty", "application/json", "{\"cols\": 80, \"rows\": 24}"), "pid");
}

String call(String method, String path, String type, String body) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(URL + path)).header("X-API-Key", KEY);
    if (type != null) {
        request.header("Content-Type", type);
    }
    request.method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
        throw new IOException(method + " " + path + ": " + answer.body());
    }
    return answer.body();
}

/** Of an answer as simple as those here; a program of yours has a JSON library. */
static String field(String json, String name) {
    var found = Pattern.compile("\"" + name + "\": *\"?([^\",}]*)").matcher(json);
    if (!found.find()) {
        throw new IllegalArgumentException("no " + name + " in " + json);
    }
    return found.group(1);
}

/** A WebSocket, and all it has said so far; of a terminal also what is on it. */
static class Stream implements WebSocket.Listener, AutoCloseable {
    private final WebSocket socket;
    private final StringBuilder message = new StringBuilder();
    private final StringBuilder said = new StringBuilder();

    Stream(String path) {
        var address = URI.create((URL + path).replaceFirst("^http", "ws"));
        socket = HTTP.newWebSocketBuilder().subprotocols("bearer", KEY).buildAsync(address, this).join();
    }

    void type(String keys) {
        var data = Base64.getEncoder().encodeToString(keys.getBytes());
        socket.sendText("{\"type\": \"input\", \"data\": \"" + data + "\"}", true).join();
    }

    @Override
    public synchronized CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            var text = message.toString();
            var isOutput = field(text, "type").equals("data");
            said.append(isOutput ? new String(Base64.getDecoder().decode(field(text, "data"))) : text + "\n");
            message.setLength(0);
            notifyAll();
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    /** Within a minute. */
    synchronized void await(String pattern) throws InterruptedException {
        var wanted = Pattern.compile(pattern);
        var end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        for (var found = wanted.matcher(said); !found.find(); found = wanted.matcher(said)) {
            var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("no " + pattern + " in " + said);
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
