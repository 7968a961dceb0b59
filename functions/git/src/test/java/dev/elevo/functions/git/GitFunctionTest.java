package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.process.RunResult;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls for repositories through the function's handler, with an agent in memory in which git ends as the test says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GitFunctionTest {
    private static final String SHA = "0123456789abcdef0123456789abcdef01234567";

    /** Of branches and remotes. */
    private static final List<String> NO_NAMES = List.of(
            "--upload-pack=id",
            "-x",
            "a\nb",
            "\na",
            "a b",
            "a\tb",
            "a\0b",
            "a\u007fb",
            "a\\b",
            "a..b",
            "a:b",
            "ext::id",
            "a~1",
            "a^",
            "a*",
            "a?",
            "[a]",
            "a@{0}",
            "@",
            "HEAD",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a.",
            "a.lock");

    private static final List<String> NO_REFS = List.of("--upload-pack=id", "-x", "--", "a\nb", "a\0b", "a\u007f");

    private Surrounded surrounded;
    private GitFunction function;
    private InMemoryAgent agent;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.wait.ms", 20_000);
        function = surrounded.start(GitFunction::new);
        agent = surrounded.agent();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = surrounded.sandbox(function);
        ends(0, "", "");
    }

    private void ends(int code, String stdout, String stderr) {
        agent.endToolsWith(new RunResult(code, stdout, stderr, null, null, 1, false, false));
    }

    private Answer get(String rest) {
        return Surrounded.ask(function, Events.get("/api/v1/sandboxes/" + sandbox.id() + "/git/" + rest));
    }

    private Answer post(String rest, String body) {
        return Surrounded.ask(
                function, Events.post("/api/v1/sandboxes/" + sandbox.id() + "/git/" + rest, body.replace('\'', '"')));
    }

    private Answer delete(String branch, String query) {
        return Surrounded.ask(
                function,
                Events.of(
                        "DELETE",
                        "/api/v1/sandboxes/" + sandbox.id() + "/git/branches/" + branch + "?path=/home/user" + query));
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    @Test
    void a_status_is_one_question_to_the_agent() {
        ends(0, "# branch.head main\0? new\0= published\0", "");

        var answer = get("status?path=/home/user");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("branch")).isEqualTo("main");
        assertThat(answer.value("published")).isEqualTo(true);
        assertThat(agent.lastTool(sandbox.id()).cwd()).isEqualTo("/home/user");
        assertThat(agent.lastTool(sandbox.id()).env()).containsEntry("LC_ALL", "C");
    }

    @Test
    void git_that_takes_longer_is_202() {
        agent.endToolsWith(null);

        var answer = post("fetch", "{'path':'/home/user','waitMs':0}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.value("command")).isEqualTo("git fetch /home/user");
        assertThat(answer.header("location")).contains("/process/");
    }

    @Test
    void secrets_go_through_the_input_and_nowhere_else() {
        post("clone", """
                {'url':'https://host/x','path':'/home/user/x','username':'me','password':'hush-1'}""");

        var tool = agent.lastTool(sandbox.id());
        assertThat(tool.input()).contains("password=hush-1");
        assertThat(tool.line().toString() + tool.env() + tool.mark() + tool.command() + tool)
                .doesNotContain("hush-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'url':'ext::sh -c id','path':'/x'}",
                "{'url':'--upload-pack=id','path':'/x'}",
                "{'url':'-x','path':'/x'}",
                "{'url':'ssh://-oProxyCommand=id/x','path':'/x'}",
                "{'url':'-oProxyCommand=id:x','path':'/x'}",
                "{'url':'https://-x/y','path':'/x'}",
                "{'url':'ftp://host/y','path':'/x'}",
                "{'url':'/home/user/x','path':'/x'}",
                "{'url':'https://host/x\\nhttps://other','path':'/x'}",
                "{'url':'https://host/\\u0000x','path':'/x'}",
                "{'url':'https://ho\\u0007st/x','path':'/x'}",
                "{'url':'https://me:hush@host/x','path':'/x'}",
                "{'url':'https://host/x','path':'/x','branch':'--upload-pack=id'}",
                "{'url':'https://host/x','path':'/x','commitId':'--upload-pack'}",
                "{'url':'https://host/x','path':'/x','password':'a\\nhost=evil'}",
                "{'url':'https://host/x','path':'/x','depth':0}",
                "{'url':'https://host/x','path':'/x','waitMs':20001}"
            })
    void a_clone_that_breaks_a_rule_is_refused_and_its_secret_not_repeated(String body) {
        var answer = post("clone", body);

        assertThat(answer.outcome()).isEqualTo(9004);
        assertThat(answer.body().toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "push|{'path':'/x','remote':'--receive-pack=id'}",
                "push|{'path':'/x','branch':'a:b'}",
                "pull|{'path':'/x','branch':'-x'}",
                "pull|{'path':'/x','rebase':true,'ffOnly':true}",
                "fetch|{'path':'/x','remote':'--upload-pack=id'}",
                "fetch|{'path':'/x','remote':'ext::id'}",
                "merge|{'path':'/x','branch':'--exec=id'}",
                "merge|{'path':'/x','branch':'a','noFf':true,'ffOnly':true}",
                "reset|{'path':'/x','target':'--hard'}",
                "reset|{'path':'/x','mode':'hard','paths':['a']}",
                "checkout|{'path':'/x','target':'-b'}",
                "checkout|{'path':'/x','target':'a..b','create':true}",
                "branches|{'path':'/x','name':'-d'}",
                "branches|{'path':'/x','name':'a.lock'}",
                "branches|{'path':'/x','name':'.a'}",
                "branches|{'path':'/x','name':'a/.b'}",
                "branches|{'path':'/x','name':'a b'}",
                "branches|{'path':'/x','name':'HEAD'}",
                "branches|{'path':'/x','name':'a','startPoint':'-x'}",
                "add|{'path':'/x','files':[]}",
                "add|{'path':'/x','files':['a\\u0000b']}",
                "commit|{'path':'/x'}",
                "commit|{'path':'/x','message':' \\n'}",
                "commit|{'path':'/x','message':'m','author':'a <b'}",
                "commit|{'path':'/x','message':'m','coAuthors':[{'name':'a\\nb','email':'x'}]}",
                "stash|{'path':'/x','action':'show'}",
                "stash|{'path':'/x','action':'drop','index':-1}",
                "init|{'path':'/x','initialBranch':'--bare'}",
            })
    void what_could_be_more_than_a_name_is_refused(String call, String body) {
        assertThat(post(call, body).outcome()).isEqualTo(9004);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "clone|branch|,'url':'https://host/x'",
                "init|initialBranch|",
                "branches|name|",
                "branches|upstream|,'name':'x'",
                "checkout|target|,'create':true",
                "push|remote|",
                "push|branch|",
                "pull|remote|",
                "pull|branch|",
                "fetch|remote|",
            })
    void a_branch_and_a_remote_have_a_name_by_the_rules_of_git(String call, String field, @Nullable String more) {
        for (var name : NO_NAMES) {
            breaks(post(call, body(field, name, more)), field, name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--upload-pack=id", "-d", "a b", "a:b", "a\nb", "HEAD"})
    void a_branch_that_cannot_be_is_not_deleted_here_nor_anywhere(String name) {
        breaks(delete(name, ""), "name", name);
        breaks(delete("x", "&remote=" + encoded(name)), "remote", name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "branches|startPoint|,'name':'x'",
                "checkout|target|",
                "checkout|target|,'paths':['a']",
                "merge|branch|",
                "reset|target|",
            })
    void what_names_a_commit_is_no_option_and_has_no_control_characters(
            String call, String field, @Nullable String more) {
        for (var ref : NO_REFS) {
            breaks(post(call, body(field, ref, more)), field, ref);
        }
    }

    @ParameterizedTest
    @CsvSource({"log, ref, ''", "diff, commit, ''", "diff, commits, 'main,'"})
    void what_names_a_commit_in_a_query_is_no_option_either(String call, String field, String before) {
        for (var ref : NO_REFS) {
            breaks(get(call + "?path=/x&" + field + "=" + before + encoded(ref)), field, ref);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "commit|author|,'message':'m'",
                "commit|email|,'message':'m'",
            })
    void an_author_is_one_line_without_brackets(String call, String field, @Nullable String more) {
        for (var name : List.of("a\nb", "a\rb", "a\0b", "a <b", "a> b", " ")) {
            breaks(post(call, body(field, name, more)), field, name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clone", "push", "pull", "fetch"})
    void a_secret_that_would_be_two_is_refused_and_not_repeated(String call) {
        for (var field : List.of("username", "password", "sshKeyPassword")) {
            for (var secret : List.of("hush\nhost=evil", "hush\rhush", "hush\0hush")) {
                var answer = post(call, body(field, secret, ",'url':'https://host/x'"));

                assertThat(answer.outcome()).as(answer.text()).isEqualTo(9004);
                assertThat(answer.textAt("error.details.fields.0.field")).isEqualTo(field);
                assertThat(answer.text()).doesNotContain("hush", "evil");
            }
        }
        assertThat(post(call, body("sshKey", "hush\0", ",'url':'https://host/x'"))
                        .outcome())
                .isEqualTo(9004);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--upload-pack=id", "-", "x", "../x", "\n/x", "/../x", "/x\0y", "~/x"})
    void a_repository_is_at_an_absolute_path(String path) {
        for (var call : List.of(
                "clone",
                "init",
                "branches",
                "checkout",
                "add",
                "commit",
                "push",
                "pull",
                "fetch",
                "merge",
                "reset",
                "stash")) {
            var body = ",'url':'https://host/x','name':'x','target':'x','files':['x'],'message':'m','branch':'x'";
            assertThat(post(call, body("path", path, body)).outcome()).as(call).isEqualTo(3006);
        }
        for (var call : List.of("status?", "log?", "diff?", "branches?")) {
            assertThat(get(call + "path=" + encoded(path)).outcome()).as(call).isEqualTo(3006);
        }
        assertThat(post("init", body("templateDir", path, "")).outcome()).isEqualTo(3006);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=--upload-pack%3Did",
                "since=yesterday",
                "since=2020-01-01T00:00:00Z%0A",
                "until=-1",
                "until='2020-01-01T00:00:00Z'",
                "until=",
            })
    void a_time_that_is_none_cannot_be_read(String when) {
        assertThat(get("log?path=/x&" + when).outcome()).isEqualTo(9005);
    }

    private static String body(String field, String value, @Nullable String more) {
        return "{'" + (field.equals("path") ? "" : "path':'/x','") + field + "':" + inJson(value)
                + (more == null ? "" : more) + "}";
    }

    private static String inJson(String text) {
        return text.chars()
                .mapToObj(character -> "\\u%04x".formatted(character))
                .collect(Collectors.joining("", "'", "'"));
    }

    /** 9004, which names the field and what it was given. */
    private static void breaks(Answer answer, String field, String value) {
        assertThat(answer.outcome()).as(field + " " + value).isEqualTo(9004);
        assertThat(answer.textAt("error.details.fields.0.field")).isEqualTo(field);
        assertThat(answer.textAt("error.details.fields.0.value")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log?path=/x&author=a%0Ab",
                "log?path=/x&author=a%00",
                "log?path=/x&grep=a%00",
                "log?path=/x&paths=a%00",
                "log?path=/x&ref=-x",
                "log?path=/x&limit=101",
                "log",
                "diff?path=/x&commit=--output%3D/etc/x",
                "diff?path=/x&commits=a",
                "diff?path=/x&commits=a,--output",
                "diff?path=/x&staged=true&commit=a",
                "diff?path=/x&context=101",
                "diff?path=/x&format=html"
            })
    void a_query_that_breaks_a_rule_is_refused(String call) {
        assertThat(get(call).outcome()).isEqualTo(9004);
    }

    @Test
    void a_thousand_files_may_have_names_as_long_as_names_are() {
        assertThat(post("add", add("f".repeat(200))).status()).isEqualTo(200);
        assertThat(agent.lastTool(sandbox.id()).line()).hasSizeGreaterThan(1000);
        assertThat(post("add", add("f".repeat(1001))).outcome()).isEqualTo(9004);
    }

    private static String add(String file) {
        return "{'path':'/home/user','files':['" + String.join("','", Collections.nCopies(1000, file)) + "']}";
    }

    @Test
    void a_message_that_no_argument_holds_is_refused() {
        ends(0, "yes\0", "");
        var body = "{'path':'/home/user','message':'%s'}";

        assertThat(post("stash", body.formatted("日".repeat(30_000))).status()).isEqualTo(200);
        assertThat(post("stash", body.formatted("日".repeat(40_000))).outcome()).isEqualTo(9004);
    }

    @ParameterizedTest
    @CsvSource({"clone, 5002", "push, 5004", "pull, 5005"})
    void a_file_that_is_too_large_is_told_with_the_limit(String call, int code) {
        ends(240, "too_large\0001\0", "");

        var answer = post(call, "{'path':'/home/user','url':'https://host/x'}");

        assertThat(answer.outcome()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.value("error.details.limit")).isEqualTo(104_857_600);
        assertThat(answer.textAt("error.details.reason")).isEqualTo("other");
    }

    @ParameterizedTest
    @CsvSource({
        "not_a_repository|128|, 5001",
        "no_ref|128|x|, 5008",
        "no_remote|2|x|, 5009",
        "branch_exists|128|x|, 5011",
        "conflict|1|a|b|, 5006",
        "dirty|1|a|, 5010",
        "in_the_way|1|a||a|, 5010",
        "in_the_way|1|a||b|, 5000",
        "locked|128|, 5000",
        "hook_failed|1|, 5003",
        "nothing_to_commit|1|, 5003",
        "no_commit_to_amend|1|, 5003",
        "bad_key|1|, 5007",
        "garbage, 5000",
    })
    void a_reason_of_the_script_is_an_error_of_the_contract(String output, int code) {
        ends(240, output.replace('|', '\0'), "");

        assertThat(post("commit", "{'path':'/home/user','message':'m'}").outcome())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "128|fatal: Authentication failed for 'x'|5007|403",
                "128|fatal: unable to access 'x': Could not resolve host: x|5005|502",
                "128|fatal: couldn't find remote ref refs/heads/x|5008|404",
                "128|fatal: write error: No space left on device|3005|507",
                "127|git: not found|5000|422",
            })
    void words_of_git_about_a_remote_are_errors_of_the_contract(int exit, String words, int code, int status) {
        ends(exit, "", words);

        var answer = post("pull", "{'path':'/home/user'}");

        assertThat(answer.outcome()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void a_push_that_the_remote_rejects_is_a_conflict() {
        ends(1, "main\0To x\n!\ta:a\t[rejected] (fetch first)\nDone\n", "");

        var answer = post("push", "{'path':'/home/user'}");

        assertThat(answer.outcome()).isEqualTo(5004);
        assertThat(answer.status()).isEqualTo(409);
    }

    @Test
    void a_branch_is_made_with_201_and_deleted_with_204_whatever_slashes_it_has() {
        ends(0, "refs/heads/a/b\0\0*\0" + SHA + "\0\0\0one\0\n", "");
        assertThat(post("branches", "{'path':'/home/user','name':'a/b'}").status())
                .isEqualTo(201);
        ends(0, "", "");
        assertThat(delete("a/b", "").status()).isEqualTo(204);
        assertThat(agent.lastTool(sandbox.id()).line()).contains("a/b");
    }

    @Test
    void what_is_null_by_contract_is_said() {
        ends(0, "\0" + SHA + "\0", "");

        var answer = post("checkout", "{'path':'/home/user','target':'v1'}");

        assertThat(answer.body()).containsEntry("branch", null).containsEntry("detached", true);
    }

    @Test
    void a_directory_that_is_not_there_is_3001_and_patches_are_not_offered() {
        assertThat(get("status?path=/nowhere").outcome()).isEqualTo(3001);
        assertThat(get("status?path=x").outcome()).isEqualTo(3006);
        assertThat(post("add", "{'path':'/home/user','files':['.'],'patch':true}")
                        .outcome())
                .isEqualTo(9007);
    }
}
