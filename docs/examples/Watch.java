import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/*
 * Tells what changes in a directory of a sandbox, a line of JSON each, until Ctrl-C.
 *
 *   KEY=ewk_… java docs/examples/Watch.java SANDBOX PATH
 */
static final String URL = System.getenv().getOrDefault("URL", "http://localhost:8080");
static final String KEY = System.getenv("KEY");

void main(String[] arguments) {
    var path = "/api/v1/sandboxes/" + arguments[0] + "/files/watch?recursive=true&path=" + arguments[1];
    var end = new CompletableFuture<String>();
    HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols("bearer", KEY)
            .buildAsync(URI.create(URL.replaceFirst("^http", "ws") + path), new Lines(end))
            .join();
    IO.println(end.join());
}

/** Each message is one line of the output. */
record Lines(CompletableFuture<String> end) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
        IO.print(part);
        if (isLast) {
            IO.println();
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end.complete("closed: " + code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        end.completeExceptionally(error);
    }
}
