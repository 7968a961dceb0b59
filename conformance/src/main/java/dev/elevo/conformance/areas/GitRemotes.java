package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.World;
import java.util.List;

/** 2.5: clone, push, pull and fetch, with remotes inside the sandbox. */
final class GitRemotes extends Area {
    /** A server inside the sandbox that lets nobody in, and tells its port. */
    private static final String REFUSING = """
        import http.server
        class Refusing(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(401)
                self.send_header('WWW-Authenticate', 'Basic realm="x"')
                self.send_header('Content-Length', '0')
                self.end_headers()
        http.server.ThreadingHTTPServer(('127.0.0.1', 8401), Refusing).serve_forever()
        """;

    private static final String REFUSED = "http://127.0.0.1:8401/x.git";

    GitRemotes() {
        super("git remotes");
        cloning();
        pushing();
        pulling();
        fetching();
        deleting();
    }

    /** The sandbox of this area, with that server. */
    private static void refuse(World w) {
        w.lab().once("refusing", () -> {
            Python.require(w.box(), "a server that refuses callers");
            w.box().write("/tmp/refusing.py", REFUSING);
            w.box()
                    .post("/process/spawn", "command", "python3 /tmp/refusing.py")
                    .is(201);
            w.eventually(
                    "the server",
                    () -> w.box()
                                    .post("/process/run", "command", "exec 3<>/dev/tcp/127.0.0.1/8401")
                                    .at("/exitCode")
                                    .asInt()
                            == 0);
        });
    }

    private void cloning() {
        endpoint("POST /sandboxes/{id}/git/clone");
        statement("2.5: answers path, branch, commit and its first line", w -> {
            var source = Repository.of(w).git("branch side").path();
            var path = w.path();
            w.box()
                    .post("/git/clone", "url", "file://" + source, "path", path)
                    .is(200)
                    .has("/path", path)
                    .has("/branch", "main")
                    .has("/message", "first commit")
                    .fits("a whole sha", answer -> answer.field("commit").length() == 40);
            w.box()
                    .post("/git/clone", "url", "file://" + source, "path", path + "-2", "branch", "side", "depth", 1)
                    .is(200)
                    .has("/branch", "side");
        });
        statement("2.5: a commit is checked out detached", w -> {
            var source = Repository.of(w).path();
            var commit =
                    w.box().get("/git/log?path=" + source).at("/data/0/sha").asText();
            w.box()
                    .post("/git/clone", "url", "file://" + source, "path", w.path(), "commitId", commit)
                    .is(200)
                    .has("/branch", null)
                    .has("/commit", commit);
        });
        statement("2.5: 3002, 3004, 5002 with its reason, 5008", w -> {
            var source = "file://" + Repository.of(w).path();
            w.box().post("/git/clone", "url", source, "path", "/etc").fails(3002);
            w.box().post("/git/clone", "url", source, "path", "/root/x").fails(3004);
            w.box()
                    .post("/git/clone", "url", source, "path", w.path(), "branch", "none")
                    .fails(5008);
            w.box()
                    .post("/git/clone", "url", "file:///tmp/not-there", "path", w.path())
                    .fails(5002)
                    .reason("not_found");
            w.box()
                    .post("/git/clone", "url", "http://127.0.0.1:9/x.git", "path", w.path())
                    .fails(5002)
                    .reason("network");
        });
        statement("2.5: another transport, or a password in the address, is 9004", w -> {
            w.box().post("/git/clone", "url", "ext::sh -c x", "path", w.path()).fails(9004);
            w.box()
                    .post("/git/clone", "url", "https://a:b@example.org/x", "path", w.path())
                    .fails(9004);
        });
        statement("2.5: 5007 when the remote refuses the credentials", w -> {
            refuse(w);
            w.box()
                    .post("/git/clone", "url", REFUSED, "path", w.path(), "username", "a", "password", "b")
                    .fails(5007);
        });
    }

    private void pushing() {
        endpoint("POST /sandboxes/{id}/git/push");
        statement("2.5: what went where, and upToDate", w -> {
            var path = Repository.cloned(w).commit("b", "second").path();
            w.box()
                    .post("/git/push", "path", path)
                    .is(200)
                    .has("/success", true)
                    .has("/remote", "origin")
                    .has("/branch", "main")
                    .has("/upToDate", false);
            w.box().post("/git/push", "path", path).has("/upToDate", true);
        });
        statement("2.5: 5004 with rejected is 409, with network 502; force overrules", w -> {
            var repository = Repository.cloned(w).overtaken("o", "theirs").commit("b", "ours");
            w.box()
                    .post("/git/push", "path", repository.path())
                    .fails(5004)
                    .is(409)
                    .reason("rejected");
            w.box().post("/git/push", "path", repository.path(), "force", true).is(200);
            repository.git("remote add away http://127.0.0.1:9/x.git");
            w.box()
                    .post("/git/push", "path", repository.path(), "remote", "away")
                    .fails(5004)
                    .is(502)
                    .reason("network");
        });
        statement("2.5: 5007, 5008, 5009", w -> {
            refuse(w);
            var repository = Repository.cloned(w).git("remote add closed " + REFUSED);
            w.box()
                    .post("/git/push", "path", repository.path(), "remote", "closed", "username", "a", "password", "b")
                    .fails(5007);
            w.box()
                    .post("/git/push", "path", repository.path(), "branch", "none")
                    .fails(5008);
            w.box()
                    .post("/git/push", "path", repository.path(), "remote", "none")
                    .fails(5009);
        });
    }

    private void pulling() {
        endpoint("POST /sandboxes/{id}/git/pull");
        statement("2.5: what came, and whether anything did", w -> {
            var path = Repository.cloned(w).overtaken("o", "theirs").path();
            w.box()
                    .post("/git/pull", "path", path)
                    .is(200)
                    .has("/branch", "main")
                    .has("/updated", true)
                    .has("/commit");
            w.box().post("/git/pull", "path", path).has("/updated", false);
        });
        statement("2.5: neither rebase nor ffOnly merges; ffOnly is 5005 with not_fast_forward, 409", w -> {
            var path = Repository.cloned(w)
                    .overtaken("o", "theirs")
                    .commit("b", "ours")
                    .path();
            w.box()
                    .post("/git/pull", "path", path, "ffOnly", true)
                    .fails(5005)
                    .is(409)
                    .reason("not_fast_forward");
            w.box().post("/git/pull", "path", path).is(200);
            w.box().get("/git/log?limit=1&path=" + path).has("/data/0/isMerge", true);
        });
        statement("2.5: 5006 when they conflict, 5010 when local changes are in the way", w -> {
            var torn = Repository.cloned(w)
                    .overtaken("a", "theirs")
                    .commit("a", "ours")
                    .path();
            w.box().post("/git/pull", "path", torn).fails(5006).has("/error/details/conflicts", List.of("a"));
            var dirty = Repository.cloned(w)
                    .overtaken("a", "theirs")
                    .shell("echo dirty > a")
                    .path();
            w.box().post("/git/pull", "path", dirty).fails(5010);
        });
        statement("2.5: 5005 with network is 502; 5007, 5008, 5009", w -> {
            refuse(w);
            var repository = Repository.cloned(w)
                    .git("remote add closed " + REFUSED)
                    .git("remote add away http://127.0.0.1:9/x.git");
            w.box()
                    .post("/git/pull", "path", repository.path(), "remote", "away", "branch", "main")
                    .fails(5005)
                    .is(502)
                    .reason("network");
            w.box()
                    .post(
                            "/git/pull",
                            "path",
                            repository.path(),
                            "remote",
                            "closed",
                            "branch",
                            "main",
                            "username",
                            "a",
                            "password",
                            "b")
                    .fails(5007);
            w.box()
                    .post("/git/pull", "path", repository.path(), "branch", "none")
                    .fails(5008);
            w.box()
                    .post("/git/pull", "path", repository.path(), "remote", "none")
                    .fails(5009);
        });
    }

    private void fetching() {
        endpoint("POST /sandboxes/{id}/git/fetch");
        statement("2.10: what is behind is known then", w -> {
            var path = Repository.cloned(w).overtaken("o", "theirs").path();
            w.box().post("/git/fetch", "path", path).is(200).has("/success", true);
            w.box()
                    .get("/git/status?path=" + path)
                    .has("/behind", 1)
                    .has("/upstream", "origin/main")
                    .has("/published", true);
            w.box().get("/git/branches?includeRemote=true&path=" + path).among("/data", "name", "origin/main");
        });
        statement("2.10: 5005 with network is 502; 5007, 5009", w -> {
            refuse(w);
            var repository = Repository.cloned(w)
                    .git("remote add closed " + REFUSED)
                    .git("remote add away http://127.0.0.1:9/x.git");
            w.box()
                    .post("/git/fetch", "path", repository.path(), "remote", "away")
                    .fails(5005)
                    .is(502)
                    .reason("network");
            w.box()
                    .post("/git/fetch", "path", repository.path(), "remote", "closed", "username", "a", "password", "b")
                    .fails(5007);
            w.box()
                    .post("/git/fetch", "path", repository.path(), "remote", "none")
                    .fails(5009);
        });
    }

    private void deleting() {
        endpoint("DELETE /sandboxes/{id}/git/branches/{name}");
        statement("2.5: there as well, with remote", w -> {
            var path = Repository.cloned(w)
                    .git("branch side")
                    .git("push -q origin side")
                    .path();
            w.box().delete("/git/branches/side?remote=origin&path=" + path).is(204);
            w.box()
                    .get("/git/branches?remoteOnly=true&path=" + path)
                    .fits("is gone", answer -> !answer.text().contains("side"));
        });
        statement("2.5: 5004, 5007, 5009", w -> {
            refuse(w);
            var repository = Repository.cloned(w)
                    .git("branch side")
                    .git("remote add closed " + REFUSED)
                    .git("remote add away http://127.0.0.1:9/x.git");
            w.box()
                    .delete("/git/branches/side?remote=away&path=" + repository.path())
                    .fails(5004);
            w.box()
                    .delete("/git/branches/side?remote=closed&path=" + repository.path())
                    .fails(5007);
            w.box()
                    .delete("/git/branches/side?remote=none&path=" + repository.path())
                    .fails(5009);
        });
    }
}
