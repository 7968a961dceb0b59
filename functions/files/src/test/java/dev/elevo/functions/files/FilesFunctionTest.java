package dev.elevo.functions.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files through the function's handler, on a real state table and with an agent in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesFunctionTest {
    private Surrounded surrounded;
    private FilesFunction function;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.limit.upload", 100_000);
        function = surrounded.start(FilesFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = surrounded.sandbox(function);
    }

    @AfterEach
    void heal() {
        surrounded.agent().loseAnswers(null);
    }

    private String path(String rest) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/files" + rest;
    }

    private Answer get(String rest) {
        return Surrounded.ask(function, Events.get(path(rest)).header("host", "example.test:8080"));
    }

    private Answer post(String rest, String json) {
        return Surrounded.ask(function, Events.post(path(rest), json).header("host", "example.test:8080"));
    }

    private Answer delete(String rest) {
        return Surrounded.ask(function, Events.of("DELETE", path(rest)));
    }

    private Answer send(String rest, String type, byte[] body) {
        return Surrounded.ask(
                function,
                Events.of("POST", path(rest)).header("content-type", type).body(body));
    }

    private void write(String file, String content) {
        assertThat(post("/write", "{\"path\":\"" + file + "\",\"content\":\"" + content + "\"}")
                        .status())
                .isEqualTo(200);
    }

    private String read(String file) {
        return get("/read?path=" + file).textAt("content");
    }

    @Test
    void what_is_written_is_read() {
        var written = post("/write", "{\"path\":\"/tmp/./a/../b.txt\",\"content\":\"grüß\"}");

        assertThat(written.status()).isEqualTo(200);
        assertThat(written.body()).isEqualTo(Map.of("path", "/tmp/b.txt", "bytesWritten", 6, "created", true));
        assertThat(get("/read?path=/tmp/b.txt").body())
                .isEqualTo(Map.of("content", "grüß", "path", "/tmp/b.txt", "size", 6, "encoding", "utf-8"));
        assertThat(post("", "{\"path\":\"/tmp/b.txt\",\"content\":\"AP8=\",\"encoding\":\"base64\"}")
                        .value("created"))
                .isEqualTo(false);
        assertThat(get("/read?path=/tmp/b.txt&format=bytes").body())
                .isEqualTo(Map.of("content", "AP8=", "path", "/tmp/b.txt", "size", 2, "encoding", "base64"));
        assertThat(read("/tmp/b.txt")).isEqualTo("\0\uFFFD");
    }

    @Test
    void texts_have_charsets_and_parts() {
        post("/write", "{\"path\":\"/tmp/l\",\"content\":\"é0123\",\"encoding\":\"iso-8859-1\"}");

        assertThat(get("/read?path=/tmp/l&encoding=latin1").value("content")).isEqualTo("é0123");
        assertThat(get("/read?path=/tmp/l").value("content")).isEqualTo("\uFFFD0123");
        assertThat(get("/read?path=/tmp/l&offset=2&length=2").value("content")).isEqualTo("12");
        assertThat(get("/read?path=/tmp/l&offset=2&length=2").value("size")).isEqualTo(5);
        assertThat(get("/read?path=/tmp/l&offset=99").value("content")).isEqualTo("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/read 9004",
                "/read?path=tmp 3006",
                "/read?path=/tmp/none 3001",
                "/read?path=/tmp 3009",
                "/read?path=/tmp/x&encoding=klingon 9004",
                "/read?path=/tmp/x&format=tar 9004",
                "/read?path=/tmp/x&offset=-1 9004",
                "/read?path=/tmp/x&offset=many 9005",
                "/read?path=/tmp/x&length=0 9004",
                "/read?path=/../tmp 3006",
                "/read?path=/tmp/%00 3006",
                "/read?path=/tmp/x&user=NoName 9004",
                "/read?path=/tmp/x&user=nobody 3004",
                "/stat 9004",
                "/stat?path=/tmp/none 3001",
                "/stat?path=/tmp&followSymlinks=maybe 9005",
                "/exists 9004",
                "/download?path=/tmp/none 3001",
                "/download?path=/tmp 3009",
                "/download-url?path=/tmp/none 3001",
                "/download-url?path=/tmp 3009",
                "/download-url?path=/tmp&expiresIn=0 9004",
                "?path=/tmp/none 3001",
                "?depth=-2 9004",
                "?depth=deep 9005",
                "?type=folder 9004",
                "?sort_by=owner 9004",
                "?limit=0 9004",
                "?limit=101 9004",
                "?page=0 9004"
            })
    void a_wrong_question_is_refused_by_its_code(String question, int code) {
        assertThat(get(question).outcome()).isEqualTo(code);
    }

    @Test
    void a_path_and_a_name_have_their_bounds() {
        assertThat(get("/read?path=" + "/a".repeat(2048)).outcome()).isEqualTo(3001);
        assertThat(get("/read?path=" + "/a".repeat(2500)).outcome()).isEqualTo(3006);
        assertThat(get("/read?path=/" + "a".repeat(255)).outcome()).isEqualTo(3001);
        assertThat(get("/read?path=/" + "a".repeat(256)).outcome()).isEqualTo(3006);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "/write!{}!9004",
                "/write!{\"path\":\"/tmp/x\"}!9004",
                "/write!{\"path\":\"tmp/x\",\"content\":\"\"}!3006",
                "/write!{\"path\":\"/tmp/x\",\"content\":5}!9005",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"=\",\"encoding\":\"base64\"}!9004",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"encoding\":\"klingon\"}!9004",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"mode\":4096}!9004",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"mode\":\"999\"}!9004",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"mode\":true}!9005",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"append\":true,\"overwrite\":false}!9004",
                "/write!{\"path\":\"/tmp/no/x\",\"content\":\"\",\"createParents\":false}!3001",
                "/write!{\"path\":\"/tmp\",\"content\":\"\"}!3009",
                "/write!{\"path\":\"/tmp/x\",\"content\":\"\",\"user\":\"nobody\"}!3004",
                "/write-batch!{\"files\":[]}!9004",
                "/write-batch!{\"files\":[{\"path\":\"/tmp/x\"}]}!9004",
                "/write-batch!{\"files\":[{\"path\":\"/tmp/x\",\"content\":\"\"},{\"path\":\"/tmp/./x\",\"content\":\"\"}]}!9004",
                "/mkdir!{}!9004",
                "/mkdir!{\"path\":\"/tmp/a/b\"}!3001",
                "/copy!{\"src\":\"/tmp\",\"dst\":\"/tmp2\"}!3009",
                "/copy!{\"src\":\"/tmp/none\",\"dst\":\"/tmp2\"}!3001",
                "/copy!{\"src\":\"/tmp\"}!9004",
                "/move!{\"src\":\"/tmp/none\",\"dst\":\"/tmp2\"}!3001",
                "/move!{\"src\":\"none\",\"dst\":\"/tmp2\"}!3006",
                "/chmod!{\"path\":\"/tmp\"}!9004",
                "/chmod!{\"path\":\"/tmp/none\",\"mode\":420}!3001",
                "/chown!{\"path\":\"/tmp\"}!9004",
                "/chown!{\"path\":\"/tmp\",\"owner\":\"nobody\"}!3004",
                "/upload-url!{\"path\":\"/tmp/x\",\"expiresIn\":86401}!9004",
                "/upload-url!{\"path\":\"/tmp\",\"overwrite\":false}!3002"
            })
    void a_wrong_change_is_refused_by_its_code(String where, String body, int code) {
        assertThat(post(where, body).outcome()).isEqualTo(code);
    }

    @Test
    void modes_are_numbers_or_octal() {
        post("/write", "{\"path\":\"/tmp/x\",\"content\":\"\",\"mode\":\"0750\"}");
        assertThat(get("/stat?path=/tmp/x").value("mode")).isEqualTo(0750);
        assertThat(post("/chmod", "{\"path\":\"/tmp/x\",\"mode\":420}").value("permissions"))
                .isEqualTo("rw-r--r--");
        assertThat(post("/chmod", "{\"path\":\"/tmp/x\",\"mode\":\"600\"}").value("mode"))
                .isEqualTo(0600);
        assertThat(send("/write?path=/tmp/y&mode=0640", "application/octet-stream", new byte[] {1})
                        .status())
                .isEqualTo(200);
        assertThat(get("/stat?path=/tmp/y").value("mode")).isEqualTo(0640);
    }

    @Test
    void bytes_and_plain_text_are_written_as_they_come() {
        var bytes = new byte[] {0, (byte) 0xff, '\r', '\n'};

        assertThat(send("/write?path=/tmp/raw", "application/octet-stream", bytes)
                        .body())
                .isEqualTo(Map.of("path", "/tmp/raw", "bytesWritten", 4, "created", true));
        assertThat(get("/read?path=/tmp/raw&format=stream").bytes()).isEqualTo(bytes);
        assertThat(get("/read?path=/tmp/raw&format=stream").header("content-type"))
                .isEqualTo("application/octet-stream");
        send("?path=/tmp/text&append=true", "text/plain", "one".getBytes(StandardCharsets.UTF_8));
        send("?path=/tmp/text&append=true", "text/plain", "two".getBytes(StandardCharsets.UTF_8));
        assertThat(read("/tmp/text")).isEqualTo("onetwo");
        assertThat(send("/write", "text/plain", bytes).outcome()).isEqualTo(9004);
        assertThat(send("/write?path=/tmp/x", "image/png", bytes).outcome()).isEqualTo(9005);
    }

    @Test
    void what_an_answer_cannot_carry_is_elsewhere() {
        send("/write?path=/tmp/large", "application/octet-stream", new byte[3 << 20]);
        send("/write?path=/tmp/large&append=true", "application/octet-stream", new byte[2 << 20]);

        var refused = get("/read?path=/tmp/large");
        assertThat(refused.outcome()).isEqualTo(3007);
        assertThat(refused.value("error.details.size")).isEqualTo(5 << 20);
        assertThat(refused.value("error.details.limit")).isEqualTo(4 << 20);
        assertThat(get("/read?path=/tmp/large&format=bytes").outcome()).isEqualTo(3007);
        assertThat(get("/read?path=/tmp/large&format=bytes&offset=5000000&length=100000")
                        .value("size"))
                .isEqualTo(5 << 20);
        for (var question : List.of("/download?path=/tmp/large", "/read?format=stream&path=/tmp/large")) {
            var redirected = get(question);
            assertThat(redirected.status()).isEqualTo(307);
            assertThat(redirected.header("location")).startsWith("http://example.test:8080/transfers/");
        }
        // Two million zero bytes are twelve of JSON within JSON, though they are two to read.
        send("/write?path=/tmp/zeros", "application/octet-stream", new byte[2 << 20]);
        assertThat(get("/read?path=/tmp/zeros").outcome()).isEqualTo(3007);
        assertThat(get("/read?path=/tmp/zeros&format=bytes").status()).isEqualTo(200);
    }

    @Test
    void a_download_says_what_it_is() {
        write("/tmp/page.html", "<b>");

        var answer = get("/download?path=/tmp/page.html");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("<b>");
        assertThat(answer.header("content-type")).isEqualTo("text/html");
        assertThat(answer.header("content-disposition")).startsWith("attachment; filename=\"page.html\"");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        var ranged = Surrounded.ask(
                function, Events.get(path("/download?path=/tmp/page.html")).header("range", "bytes=0-1"));
        assertThat(ranged.status()).isEqualTo(307);
    }

    @Test
    void a_form_is_taken_apart() {
        var form = form(
                part("path", null, "/tmp/up/"),
                part("mode", null, "0600"),
                part("file", "C:\\dir\\a \\\"b\\\".bin", "\r\n--x\r\n\0--"));

        var answer = send("/upload", "multipart/form-data; boundary=\"--- limit\"", form);

        assertThat(answer.body()).isEqualTo(Map.of("path", "/tmp/up/a \"b\".bin", "bytesWritten", 10, "created", true));
        assertThat(get("/stat?path=" + URLEncoder.encode("/tmp/up/a \"b\".bin", StandardCharsets.UTF_8))
                        .value("mode"))
                .isEqualTo(0600);
        assertThat(send("/upload?path=/tmp/up/c", "application/octet-stream", new byte[] {1, 2})
                        .value("bytesWritten"))
                .isEqualTo(2);
    }

    @Test
    void a_form_that_is_none_is_refused() {
        var type = "multipart/form-data; boundary=\"--- limit\"";
        assertThat(send("/upload", type, form(part("path", null, "/tmp/x"))).outcome())
                .isEqualTo(9004);
        assertThat(send("/upload", type, form(part("file", "x", "y"))).outcome())
                .isEqualTo(9004);
        assertThat(send("/upload", type, form(part("path", null, "/tmp/"), part("file", "..", "y")))
                        .outcome())
                .isEqualTo(3006);
        assertThat(send("/upload", type, "----- limit\r\n".getBytes(StandardCharsets.US_ASCII))
                        .outcome())
                .isEqualTo(9005);
        assertThat(send("/upload", "multipart/form-data", form(part("file", "x", "y")))
                        .outcome())
                .isEqualTo(9005);
        assertThat(send("/upload?path=/tmp/", "application/octet-stream", new byte[1])
                        .outcome())
                .isEqualTo(3006);
    }

    @Test
    void a_name_of_any_length_is_too_long_and_no_fault_of_ours() {
        var type = "multipart/form-data; boundary=\"--- limit\"";
        for (var one : List.of("x", "\\\\")) {
            assertThat(send("/upload", type, form(part("path", null, "/tmp/"), part("file", one.repeat(200_000), "y")))
                            .outcome())
                    .isEqualTo(3006);
        }
    }

    private static String part(String name, @Nullable String fileName, String content) {
        return "----- limit\r\nContent-Disposition: form-data; name=\"" + name + "\""
                + (fileName == null ? "" : "; filename=\"" + fileName + "\"\r\nContent-Type: image/png") + "\r\n\r\n"
                + content + "\r\n";
    }

    private static byte[] form(String... parts) {
        var bytes = new ByteArrayOutputStream();
        for (var part : parts) {
            bytes.writeBytes(part.getBytes(StandardCharsets.UTF_8));
        }
        bytes.writeBytes("----- limit--\r\n".getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    @Test
    void an_upload_address_is_for_one_file() {
        var answer = post("/upload-url", "{\"path\":\"/tmp/up\",\"expiresIn\":60}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.value("method")).isEqualTo("PUT");
        assertThat(answer.value("path")).isEqualTo("/tmp/up");
        assertThat(answer.textAt("url")).startsWith("http://example.test:8080/transfers/");
        write("/tmp/down", "x");
        assertThat(get("/download-url?path=/tmp/down").value("method")).isEqualTo("GET");
        var secure = Surrounded.ask(
                function,
                Events.get(path("/download-url?path=/tmp/down"))
                        .header("host", "api.example.test")
                        .header("x-forwarded-proto", "https"));
        assertThat(secure.textAt("url")).startsWith("https://api.example.test/transfers/");
    }

    @Test
    void a_list_is_whole_or_a_page() {
        write("/tmp/b", "22");
        write("/tmp/a", "333");
        write("/tmp/d/.c", "1");

        var whole = get("?path=/tmp");
        assertThat(names(whole)).containsExactly("a", "b", "d");
        assertThat(whole.value("pagination"))
                .isEqualTo(Map.of("page", 1, "limit", 3, "total", 3, "totalPages", 1, "hasMore", false));
        var page = get("?path=/tmp&depth=-1&sort_by=size&sort_order=desc&limit=2&page=2");
        assertThat(names(page)).containsExactly(".c", "d");
        assertThat(page.value("pagination"))
                .isEqualTo(Map.of("page", 2, "limit", 2, "total", 4, "totalPages", 2, "hasMore", false));
        assertThat(names(get("?path=/tmp&depth=-1&includeHidden=false&type=file")))
                .containsExactly("a", "b");
        assertThat(names(get("?path=/tmp/a&depth=0"))).containsExactly("a");
        assertThat(get("").status()).isEqualTo(200);
        assertThat(get("?path=/tmp/a").outcome()).isEqualTo(3008);
        assertThat(get("?path=/tmp&fields=name").textAt("data")).doesNotContain("size");
    }

    private static List<Object> names(Answer answer) {
        return answer.data("name");
    }

    @Test
    void directories_copies_and_deletions() {
        assertThat(post("/mkdir", "{\"path\":\"/tmp/d\"}").status()).isEqualTo(201);
        assertThat(post("/mkdir", "{\"path\":\"/tmp/d\"}").status()).isEqualTo(200);
        write("/tmp/d/x", "x");
        assertThat(post("/copy", "{\"source\":\"/tmp/d\",\"destination\":\"/tmp/e\",\"recursive\":true}")
                        .value("path"))
                .isEqualTo("/tmp/e");
        assertThat(post("/move", "{\"src\":\"/tmp/e/x\",\"dst\":\"/tmp/y\"}").value("size"))
                .isEqualTo(1);
        assertThat(delete("?path=/tmp/d").outcome()).isEqualTo(3003);
        assertThat(delete("?path=/tmp/d&recursive=true").status()).isEqualTo(204);
        assertThat(delete("?path=/tmp/d").outcome()).isEqualTo(3001);
        assertThat(delete("?path=/tmp/d&force=true").status()).isEqualTo(204);
        assertThat(delete("?path=/").outcome()).isEqualTo(3004);
        assertThat(delete("").outcome()).isEqualTo(9004);
        assertThat(get("/exists?path=/tmp/y").body())
                .isEqualTo(Map.of("path", "/tmp/y", "exists", true, "type", "file"));
        assertThat(get("/exists?path=/tmp/d").body()).isEqualTo(Map.of("path", "/tmp/d", "exists", false));
        assertThat(post("/chown", "{\"path\":\"/tmp/y\",\"owner\":\"root\"}").value("owner"))
                .isEqualTo("root");
    }

    @Test
    void a_batch_names_the_one_that_is_wrong() {
        var answer = post(
                "/write-batch",
                "{\"files\":[{\"path\":\"/tmp/1\",\"content\":\"a\"},{\"path\":\"/tmp\",\"content\":\"b\"}]}");

        assertThat(answer.outcome()).isEqualTo(3009);
        assertThat(answer.value("error.details.index")).isEqualTo(1);
        assertThat(get("/exists?path=/tmp/1").value("exists")).isEqualTo(false);
        assertThat(post(
                                "/write-batch",
                                "{\"files\":[{\"path\":\"/tmp/1\",\"content\":\"YQ==\",\"encoding\":\"base64\"}]}")
                        .body())
                .isEqualTo(Map.of("results", List.of(Map.of("path", "/tmp/1", "bytesWritten", 1, "created", true))));
    }

    @Test
    void the_path_of_a_batch_that_is_none_is_told_with_its_place() {
        var answer = post(
                "/write-batch",
                "{\"files\":[{\"path\":\"/tmp/1\",\"content\":\"a\"},{\"path\":\"tmp/2\",\"content\":\"b\"}]}");

        assertThat(answer.outcome()).isEqualTo(3006);
        assertThat(answer.value("error.details.index")).isEqualTo(1);
        assertThat(answer.value("error.details.path")).isEqualTo("tmp/2");
    }

    @Test
    void a_write_whose_answer_is_lost_is_repeated_by_its_key_and_done_once() {
        var append = Events.post(path("/write"), "{\"path\":\"/tmp/log\",\"content\":\"x\",\"append\":true}")
                .header("x-idempotency-key", "once");
        surrounded.agent().loseAnswers(new Failure.Unavailable("lost on its way", Duration.ofSeconds(1)));
        assertThat(Surrounded.ask(function, append).status()).isEqualTo(503);
        surrounded.agent().loseAnswers(null);

        assertThat(Surrounded.ask(function, append).value("created")).isEqualTo(true);
        assertThat(read("/tmp/log")).isEqualTo("x");
    }

    @Test
    void a_sandbox_that_does_not_run_has_no_files() {
        assertThat(get("/stat?path=/tmp").status()).isEqualTo(200);
        surrounded.stop(function, sandbox);

        // What no host is asked about first: that it ran a moment ago does not count.
        assertThat(post("/upload-url", "{\"path\":\"/tmp/x\"}").outcome()).isEqualTo(2003);
        assertThat(Surrounded.ask(
                                function,
                                Events.get(path("/download?path=/tmp/x")).header("range", "bytes=0-1"))
                        .outcome())
                .isEqualTo(2003);
        assertThat(get("/read?path=/tmp/x").outcome()).isEqualTo(2003);
        assertThat(Surrounded.ask(function, Events.get("/api/v1/sandboxes/none-here/files"))
                        .outcome())
                .isEqualTo(2001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sandbox:*", "files:write", "sandbox:exec"})
    void reading_needs_its_scope(String scope) {
        var request = Events.get(path("/stat?path=/tmp")).bearer(token(scope));
        assertThat(Answer.of(function.handle(request.event())).outcome()).isEqualTo(1005);
    }

    private String token(String scope) {
        return Tokens.hs256(Tokens.claims("reader", surrounded.clock().instant())
                .claim("org", Surrounded.ORGANIZATION)
                .claim("scopes", List.of(scope)));
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }
}
