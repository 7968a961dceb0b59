package dev.elevo.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who works with the console. With {@code -Delevo.screenshots=FOLDER} the pictures of its description are taken on the way. */
@SuppressWarnings("NullAway.Init")
final class ConsoleIT {
    private static final String GATE = "document.querySelector('input[name=key]') !== null";
    private static final String V1 = "/api/v1/sandboxes";
    /** The sockets of a page are kept, for a test to cut them. */
    private static final String KEEP_SOCKETS = """
            window.sockets = [];
            window.WebSocket = class extends WebSocket {
              constructor(...all) { super(...all); window.sockets.push(this); }
            };""";

    /** As many answers to uploads as a test says get lost; their statuses are kept. */
    private static final String LOSE_ANSWERS = """
            window.lose = 0;
            window.answered = [];
            const send = XMLHttpRequest.prototype.send;
            XMLHttpRequest.prototype.send = function (body) {
              if (window.lose > 0) {
                window.lose--;
                this.onload = this.onerror;
              }
              this.addEventListener('load', () => window.answered.push(this.status));
              return send.call(this, body);
            };""";

    @RegisterExtension
    private static final SharedStack SHARED = new SharedStack();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private RunningStack stack;
    private Browser browser;
    private String url;

    private final List<String> made = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        var program = Browser.installed();
        assumeTrue(program.isPresent(), "no browser is installed: apt-get install chromium");
        stack = SHARED.get();
        url = stack.ready("url") + "/console";
        browser = new Browser(program.get(), Files.createDirectory(folder.resolve("profile")));
        browser.beforeEachPage(KEEP_SOCKETS);
        browser.open(url, GATE);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
        made.forEach(box -> stack.delete(box + "?force=true"));
    }

    private void signIn(String key) {
        browser.enter("input[name=key]", key);
        browser.pressEnter();
    }

    private void signIn() {
        signIn(stack.adminKey());
        live();
    }

    private void live() {
        browser.await("document.querySelector('.top .state')?.innerText === 'live'");
    }

    private void awaitText(String text) {
        browser.await("document.body.innerText.includes(" + Browser.quoted(text) + ")");
    }

    private void awaitNoText(String selector, String text) {
        browser.await("!Array.from(document.querySelectorAll(" + Browser.quoted(selector)
                + ")).some(one => one.innerText.includes(" + Browser.quoted(text) + "))");
    }

    private void go(String place) {
        browser.run("location.hash = " + Browser.quoted("#/" + place));
    }

    private String make(String name) {
        var answer = stack.post(V1, "{\"name\":\"" + name + "\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        var box = V1 + "/" + answer.field("id");
        made.add(box);
        return box;
    }

    /** Nothing failed in the page, its policy forbade nothing, and all of it came from here. */
    private void allWasWell() {
        var here = stack.ready("url") + "/";
        assertThat(browser.requests()).allMatch(request -> request.startsWith(here) || request.startsWith("data:"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void a_wrong_key_is_refused_and_a_right_one_is_kept_as_long_as_the_tab() {
        signIn("ewk_" + "0".repeat(43));
        awaitText("INVALID_TOKEN");
        awaitText("req-");
        assertThat(browser.await("sessionStorage.length === 0 && document.cookie === ''"))
                .isEqualTo(true);

        signIn();
        browser.open(url, "document.querySelector('.top') !== null");
        live();
        assertThat(browser.await("localStorage.length === 0")).isEqualTo(true);

        browser.click("button", "Sign out");
        browser.await("sessionStorage.length === 0 && document.querySelector('input[name=key]') !== null");
    }

    @Test
    void sandboxes_come_and_go_as_they_do_elsewhere() {
        signIn();
        awaitText("There are no sandboxes yet");
        var other = make("made-elsewhere");
        browser.await("document.querySelector('tbody')?.innerText.includes('made-elsewhere')"
                + " && document.querySelector('tbody .state').innerText === 'running'");

        browser.click("button", "Create sandbox");
        browser.enter("dialog input[name=name]", "made-here");
        browser.pressEnter();
        browser.await("document.querySelector('h1 + .state.running') !== null");
        var here = V1 + "/made-here";
        assertThat(stack.get(here).field("networkBlockAll")).isEqualTo("false");

        browser.click("button[aria-label='Pause made-here']:enabled");
        browser.await("document.querySelector('h1 + .state.paused') !== null");
        browser.click("button[aria-label='Resume made-here']:enabled");
        browser.await("document.querySelector('h1 + .state.running') !== null");
        browser.click("button[aria-label='Stop made-here']:enabled");
        browser.click("dialog button[type=submit]", "Stop");
        browser.await("document.querySelector('h1 + .state.stopped') !== null");
        assertThat(stack.get(here).field("endReason")).isEqualTo("requested");

        go("sandboxes");
        browser.click("button[aria-label='Delete made-here']:enabled");
        browser.click("dialog button", "Cancel");
        assertThat(stack.get(here).status()).isEqualTo(200);
        browser.click("button[aria-label='Delete made-here']:enabled");
        browser.click("dialog button[type=submit]", "Delete");
        awaitNoText("tbody tr", "made-here");
        assertThat(stack.get(here).status()).isEqualTo(404);

        stack.delete(other + "?force=true");
        awaitText("There are no sandboxes yet");
        allWasWell();
    }

    @Test
    void what_is_wrong_is_told_in_the_words_of_the_api() {
        make("taken");
        signIn();
        browser.click("button", "Create sandbox");
        browser.enter("dialog input[name=name]", "taken");
        browser.pressEnter();

        browser.await("/SANDBOX_ALREADY_EXISTS[^]*req-/.test(document.querySelector('dialog .refused')?.innerText)");
    }

    @Test
    void a_terminal_is_typed_into_and_comes_back_after_a_cut() {
        var box = make("terminal");
        signIn();
        go("sandboxes/" + box.substring(V1.length() + 1) + "/terminal");
        onScreen("$");
        type("echo first-$((6 * 7))");
        onScreen("first-42");

        browser.run("window.sockets.findLast(one => one.url.includes('/connect')).close()");
        browser.await("window.sockets.filter(one => one.url.includes('/connect')).length === 2"
                + " && window.sockets.findLast(one => one.url.includes('/connect')).readyState === WebSocket.OPEN");
        type("echo second-$((6 * 7))");
        onScreen("second-42");

        // What was shown before the cut is not shown again.
        assertThat(browser.await("document.querySelector('.xterm-rows').innerText.split('first-42').length"))
                .isEqualTo(2);
        assertThat(stack.get(box + "/pty").data()).hasSize(1);
        allWasWell();
    }

    private void onScreen(String text) {
        browser.await("document.querySelector('.xterm-rows')?.innerText.includes(" + Browser.quoted(text) + ")");
    }

    private void type(String line) {
        browser.await("(() => { const there = document.querySelector('.xterm-helper-textarea'); there?.focus();"
                + " return there === document.activeElement; })()");
        browser.enter(".xterm-helper-textarea", line);
        browser.pressEnter();
    }

    @Test
    void files_go_in_are_edited_and_come_out() throws IOException {
        var files = make("files") + "/files";
        var small = Files.writeString(folder.resolve("small.txt"), "one\n");
        var large = Files.write(folder.resolve("large.bin"), new byte[6_000_000]);
        var saved = Files.createDirectory(folder.resolve("saved"));
        browser.downloadInto(saved);
        signIn();
        go("sandboxes/files/files");
        awaitText("Nothing is in this folder");

        browser.choose("input[type=file]", small);
        browser.click("tbody a", "small.txt");
        browser.enter("textarea.editor", "one\ntwo\n");
        browser.pressControl('s');
        awaitText("small.txt saved");
        assertThat(stack.get(files + "/read?path=/home/user/small.txt").field("content"))
                .isEqualTo("one\ntwo\n");

        browser.click("button", "Back");
        browser.click("button[aria-label='Download small.txt']");
        var there = saved.resolve("small.txt");
        Eventually.await(() -> Files.exists(there) && Files.size(there) == 8);
        assertThat(there).content().isEqualTo("one\ntwo\n");

        browser.choose("input[type=file]", large);
        Eventually.await(() -> stack.get(files + "/stat?path=/home/user/large.bin")
                .field("size")
                .equals("6000000"));

        browser.click("button[aria-label='Rename small.txt']");
        browser.enter("dialog input", "other.txt");
        browser.pressEnter();
        browser.await("document.querySelector('tbody').innerText.includes('other.txt')");
        browser.click("button[aria-label='Delete other.txt']");
        browser.click("dialog button[type=submit]", "Delete");
        awaitNoText("tbody tr", "other.txt");
        assertThat(stack.get(files + "/exists?path=/home/user/other.txt").field("exists"))
                .isEqualTo("false");

        // What others write appears too.
        stack.post(files + "/write", "{\"path\":\"/home/user/written-elsewhere\",\"content\":\"\"}");
        browser.await("document.querySelector('tbody').innerText.includes('written-elsewhere')");
        browser.click("button", "New folder");
        browser.enter("dialog input", "made here");
        browser.pressEnter();
        browser.await("document.querySelector('tbody').innerText.includes('made here')");
        allWasWell();
    }

    @Test
    void an_upload_whose_answer_is_lost_is_no_other_file() throws IOException {
        var files = make("uploads") + "/files";
        var small = Files.writeString(folder.resolve("small.txt"), "one\n");
        var large = Files.write(folder.resolve("large.bin"), new byte[6_000_000]);
        browser.beforeEachPage(LOSE_ANSWERS);
        browser.open(url, GATE);
        signIn();
        go("sandboxes/uploads/files");
        awaitText("Nothing is in this folder");

        browser.run("window.lose = 1");
        browser.choose("input[type=file]", small);
        browser.await("window.answered.length === 2");
        assertThat(browser.await("window.answered.join()")).isEqualTo("200,200");

        browser.run("window.lose = 1");
        browser.choose("input[type=file]", large);
        browser.await("window.answered.length === 3");
        Eventually.await(() -> browser.requests().stream()
                .anyMatch(request -> request.contains("/files/stat?path=%2Fhome%2Fuser%2Flarge.bin")));
        awaitText("large.bin");
        assertThat(browser.await("document.querySelector('dialog') === null")).isEqualTo(true);
        assertThat(stack.get(files + "/stat?path=/home/user/large.bin").field("size"))
                .isEqualTo("6000000");
    }

    @Test
    void lines_end_after_an_edit_as_they_did_before() {
        var files = make("lines") + "/files";
        write(files, "windows.txt", "one\\r\\n");
        write(files, "mixed.txt", "one\\r\\ntwo\\n");
        signIn();
        go("sandboxes/lines/files");

        browser.click("tbody a", "windows.txt");
        browser.enter("textarea.editor", "one\ntwo\n");
        browser.pressControl('s');
        awaitText("windows.txt saved");
        assertThat(stack.get(files + "/read?path=/home/user/windows.txt").field("content"))
                .isEqualTo("one\r\ntwo\r\n");

        browser.click("button", "Back");
        browser.click("tbody a", "mixed.txt");
        awaitText("Its lines end in several ways");
    }

    private void write(String files, String name, String content) {
        var written =
                stack.post(files + "/write", "{\"path\":\"/home/user/" + name + "\",\"content\":\"" + content + "\"}");
        assertThat(written.status()).as(written.text()).isEqualTo(200);
    }

    @Test
    void a_filter_of_the_audit_trail_is_the_same_everywhere() {
        browser.beIn("America/New_York");
        signIn();
        go("audit");
        browser.await("document.querySelector('input[type=datetime-local]') !== null");
        browser.run("(() => { const from = document.querySelector('input[type=datetime-local]');"
                + " from.value = '2026-01-01T12:30'; from.dispatchEvent(new Event('input', {bubbles: true})); })()");
        browser.click("button[type=submit]", "Filter");
        assertThat(browser.await("location.hash.includes('from') && decodeURIComponent(location.hash)"))
                .isEqualTo("#/audit?from=2026-01-01T17:30:00.000Z");
        browser.await("document.querySelector('tbody') !== null");

        browser.beIn("Asia/Tokyo");
        go("audit");
        go("audit?from=2026-01-01T17:30:00.000Z");
        browser.await("document.querySelector('input[type=datetime-local]')?.value === '2026-01-02T02:30'");
        browser.click("button[type=submit]", "Filter");
        assertThat(browser.await("decodeURIComponent(location.hash)"))
                .isEqualTo("#/audit?from=2026-01-01T17:30:00.000Z");
    }

    @Test
    void a_time_that_is_none_is_told_to_be_none() {
        signIn();
        go("audit?from=yesterday");

        awaitText("from is not an ISO 8601 timestamp");
    }

    @Test
    void every_view_can_be_used_by_those_who_do_not_see_it() throws IOException {
        var box = make("views");
        var id = box.substring(V1.length() + 1);
        stack.post(
                box + "/files/write",
                "{\"path\":\"/home/user/notes.md\",\"content\":\"# Notes\\n\\nA first line.\\n\"}");
        stack.post(box + "/files/mkdir", "{\"path\":\"/home/user/src\"}");
        browser.beforeEachPage(axe());
        browser.open(url, GATE);
        looksWell("sign-in");
        signIn();
        make("another");
        browser.await("document.querySelectorAll('tbody .state.running').length === 2");
        looksWell("list");
        browser.click("button", "Create sandbox");
        browser.await("document.querySelector('dialog option') !== null");
        looksWell("create");
        browser.click("dialog button", "Cancel");

        go("sandboxes/" + id + "/terminal");
        onScreen("$");
        type("uname -sr; ls -la");
        onScreen("notes.md");
        looksWell("terminal");
        go("sandboxes/" + id + "/files");
        browser.await("document.querySelector('tbody')?.innerText.includes('notes.md')");
        looksWell("files");
        browser.click("tbody a", "notes.md");
        browser.await("document.querySelector('textarea.editor') !== null");
        looksWell("editor");
        go("sandboxes/" + id + "/processes");
        browser.enter("input[aria-label=Command]", "for i in 1 2 3; do echo line $i; echo warning $i >&2; done");
        browser.pressEnter();
        browser.await("document.querySelector('.output')?.innerText.includes('warning 3')");
        awaitText("ended with 0");
        looksWell("processes");
        go("audit");
        browser.await("document.querySelector('tbody')?.innerText.includes('sandbox.create')");
        looksWell("audit");
        go("audit?type=pty.create&resource=" + id);
        browser.await("document.querySelectorAll('tbody tr').length === 1"
                + " && document.querySelector('tbody').innerText.includes('pty.create')");
        go("sandboxes/" + id);
        browser.await("document.querySelectorAll('.plot path').length > 3");
        looksWell("overview");
        allWasWell();
    }

    /** In both colours, which is all that the second has of its own. */
    private void looksWell(String view) throws IOException {
        looksWell(view, "light", "{resultTypes: ['violations']}");
        looksWell(view, "dark", "{runOnly: ['color-contrast'], resultTypes: ['violations']}");
    }

    private void looksWell(String view, String scheme, String options) throws IOException {
        browser.prefer(scheme);
        browser.run("window.found = undefined; axe.run(" + options + ").then(all => window.found = all.violations"
                + ".filter(one => ['serious', 'critical'].includes(one.impact))"
                + ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' ')).join('; ') || 'nothing')");
        assertThat(browser.await("window.found")).as(view + " in " + scheme).isEqualTo("nothing");
        keep(view + "-" + scheme);
    }

    private static String axe() throws IOException {
        try (var script = Objects.requireNonNull(ConsoleIT.class.getResourceAsStream("/axe.min.js"))) {
            return new String(script.readAllBytes(), UTF_8);
        }
    }

    private void keep(String name) throws IOException {
        @Nullable String wanted = System.getProperty("elevo.screenshots");
        if (wanted != null) {
            Files.write(Path.of(wanted, name + ".webp"), browser.screenshot(1200, 720));
        }
    }
}
