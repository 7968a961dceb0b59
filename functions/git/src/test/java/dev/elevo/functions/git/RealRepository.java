package dev.elevo.functions.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A work tree on this machine, and calls about it. */
record RealRepository(RealGit git, Sandbox sandbox, Path top) {
    private static final JsonMapper JSON = JsonMapper.createDefault();

    /** At the top; must succeed. */
    String sh(String script) {
        var result = git.run(List.of("/bin/sh", "-c", script), top, Map.of(), "");
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        return result.stdout().strip();
    }

    /** In the body, TOP is the repository. */
    Answer post(String call, String body) {
        return posted(call, body.replace('\'', '"').replace("TOP", top.toString()));
    }

    /** About the repository, unless the fields name another path; they may be anything. */
    Answer call(String call, Object... fields) {
        var body = new HashMap<String, Object>(Map.of("path", top.toString()));
        for (int i = 0; i < fields.length; i += 2) {
            body.put(fields[i].toString(), fields[i + 1]);
        }
        try {
            return posted(call, new String(JSON.writeValueAsBytes(body), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer posted(String call, String body) {
        return Surrounded.ask(git.function(), Events.post(address(call), body));
    }

    /** By a directory below the top, which is the same to git. */
    Answer look(String call, String query) {
        return look(call, top.resolve("sub"), query);
    }

    Answer look(String call, Path path, String query) {
        return Surrounded.ask(
                git.function(), Events.get(address(call) + "?path=" + encoded(path.toString()) + "&" + query));
    }

    Answer deleteBranch(String name, String query) {
        return Surrounded.ask(
                git.function(),
                Events.of(
                        "DELETE",
                        // The gateway has decoded it.
                        address("branches/" + name) + "?path=" + encoded(top.toString()) + "&" + query));
    }

    private String address(String call) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/git/" + call;
    }

    /** In it, TOP is the repository. */
    String named(String path) {
        return encoded(path.replace("TOP", top.toString()));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static void ok(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
    }

    static void fails(Answer answer, int code) {
        assertThat(answer.outcome()).as(answer.text()).isEqualTo(code);
    }

    static void fails(Answer answer, int code, String reason) {
        fails(answer, code);
        assertThat(answer.textAt("error.details.reason")).isEqualTo(reason);
    }

    /** A hook of the repository with this script. */
    void hook(String name, String script) {
        sh("mkdir -p .git/hooks && printf '#!/bin/sh\\n%s\\n' '" + script + "' > .git/hooks/" + name
                + " && chmod +x .git/hooks/" + name);
    }
}
