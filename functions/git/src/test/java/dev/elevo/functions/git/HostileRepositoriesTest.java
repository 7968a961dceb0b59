package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.fails;
import static dev.elevo.functions.git.RealRepository.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories that were made to run something where they are fetched. */
class HostileRepositoriesTest extends OnRealGit {
    private RealRepository git;

    @BeforeEach
    void makeRepository() throws IOException {
        git = machine.repository("work");
    }

    private void nothingWasRun() {
        assertThat(git.sh("find .. -name hacked")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--upload-pack=touch hacked",
                "-u touch hacked",
                "ext::sh -c touch% hacked",
                "ssh://-oProxyCommand=touch%20hacked/x",
                "-oProxyCommand=touch hacked:x",
                "nobody::hacked",
            })
    void a_configured_remote_is_no_way_to_run_anything(String url) {
        git.sh("cat > ../url <<'E'\n" + url + "\nE\ngit config remote.origin.url \"$(cat ../url)\""
                + " && git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'");

        for (var call : List.of("push", "pull", "fetch")) {
            var answer = git.call(call);

            fails(answer, call.equals("push") ? 5004 : 5005, "other");
            assertThat(answer.status()).isEqualTo(502);
        }
        fails(git.call("fetch", "all", true), 5005, "other");
        nothingWasRun();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext::sh -c touch% hacked",
                "--upload-pack=touch hacked",
                "ssh://-oProxyCommand=touch%20hacked/x",
                "file:///",
                "../inner"
            })
    void a_submodule_is_fetched_from_where_the_caller_could_not_have_named_by_nobody(String url) {
        // What is a file of this machine to the remote is another one here.
        git.sh("git stash -q && git clone -q --bare . ../inner && cat > ../url <<'E'\n" + url + "\nE\n"
                + "git config -f .gitmodules submodule.m.path m && git config -f .gitmodules submodule.m.url \"$(cat ../url)\""
                + " && git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),m && git add .gitmodules && git commit -qm sub"
                + " && git clone -q --bare . ../served");
        var target = git.top().resolveSibling("copy");

        fails(
                git.call(
                        "clone",
                        "path",
                        target.toString(),
                        "url",
                        "file://" + git.top().resolveSibling("served"),
                        "recursive",
                        true),
                5002,
                "other");

        assertThat(target).doesNotExist();
        nothingWasRun();
        ok(git.call(
                "clone", "path", target.toString(), "url", "file://" + git.top().resolveSibling("served")));
    }
}
