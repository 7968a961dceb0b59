package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What an organization has recorded of its experiments, and what these have left. */
final class Records {
    private static final String RUNS = "/api/v1/runs";
    private static final String ARTIFACTS = "/api/v1/artifacts";
    private static final int NOT_FOUND = 9008;

    private Records() {}

    static List<Attempt> attempts() {
        return List.of(
                new Attempt(
                        Who.TENANT,
                        "the victim's run and artifact, by their ids, in every way there is",
                        "9008, and nothing of them changes",
                        Records::usesTheVictims),
                new Attempt(
                        Who.TENANT,
                        "lists of runs and artifacts by what the victim's are filtered by",
                        "its own only",
                        Records::listsTheVictims),
                new Attempt(
                        Who.TENANT,
                        "the log of the victim's run over a WebSocket",
                        "9008 before the upgrade",
                        Records::readsTheVictimsLog),
                new Attempt(
                        Who.TENANT,
                        "a file of a sandbox as an artifact, without the scope to read files",
                        "1005",
                        ground -> {
                            var answer = ground.stack()
                                    .call(
                                            "POST",
                                            ARTIFACTS,
                                            "{\"name\":\"x\",\"source\":{\"sandboxId\":\"" + ground.shared()
                                                    + "\",\"path\":\"/etc/passwd\"}}",
                                            "Content-Type",
                                            "application/json",
                                            "Authorization",
                                            Ground.bearer("default", "run:*"));
                            assertThat(answer.code()).as(answer.text()).isEqualTo(1005);
                        }),
                new Attempt(
                        Who.TENANT,
                        "a file of the victim's sandbox as an artifact of one's own",
                        "2001",
                        ground -> assertThat(ground.asTenant(
                                                "POST",
                                                ARTIFACTS,
                                                "{\"name\":\"x\",\"source\":{\"sandboxId\":\"" + ground.shared()
                                                        + "\",\"path\":\"/etc/passwd\"}}")
                                        .code())
                                .isEqualTo(2001)));
    }

    private static void usesTheVictims(Ground ground) {
        var run = RUNS + "/" + victimsRun(ground);
        var artifact = ARTIFACTS + "/"
                + ground.stack()
                        .post(ARTIFACTS, "{\"name\":\"secret\",\"content\":\"b2YgdGhlIG93bmVy\"}")
                        .field("id");
        var before = ground.stack().get(run).text()
                + ground.stack().get(run + "/metrics").text();
        var calls = Map.of(
                "GET " + run, "",
                "DELETE " + run, "",
                "POST " + run + "/finish", "{\"status\":\"failed\"}",
                "GET " + run + "/metrics", "",
                "POST " + run + "/metrics", "{\"points\":[{\"name\":\"x\",\"value\":1}]}",
                "POST " + run + "/logs", "{\"lines\":[\"x\"]}",
                "GET " + artifact, "",
                "GET " + artifact + "/content", "",
                "DELETE " + artifact, "");

        calls.forEach((call, body) -> {
            var words = call.split(" ", 2);
            var answer = ground.asTenant(words[0], words[1], body);
            assertThat(answer.code()).as("%s: %s", call, answer.text()).isEqualTo(NOT_FOUND);
        });
        var mine = ground.asTenant(
                "POST",
                ARTIFACTS,
                "{\"name\":\"x\",\"content\":\"\",\"runId\":\"" + run.substring(RUNS.length() + 1) + "\"}");
        assertThat(mine.code()).isEqualTo(NOT_FOUND);
        assertThat(ground.stack().get(run).text()
                        + ground.stack().get(run + "/metrics").text())
                .isEqualTo(before);
        assertThat(ground.stack().get(artifact).status()).isEqualTo(200);
    }

    private static void listsTheVictims(Ground ground) {
        var run = victimsRun(ground);

        for (var query : List.of(
                "?project=of-the-owner",
                "?labels=owner=victim",
                "?search=secret",
                "?project=of-the-owner%23RUN&labels=owner=victim",
                "?status=running&limit=100")) {
            assertThat(ground.asTenant("GET", RUNS + query, "").text())
                    .as(query)
                    .startsWith("{\"data\":[")
                    .doesNotContain(run);
        }
        assertThat(ground.asTenant("GET", ARTIFACTS + "?runId=" + run, "").data())
                .isEmpty();
    }

    private static void readsTheVictimsLog(Ground ground) throws IOException {
        var log = RUNS + "/" + victimsRun(ground) + "/logs/ws";

        var reply = Sockets.upgrade(ground, log, "Authorization: " + Ground.bearer("next-door", "*") + "\r\n");

        Sockets.assertRefused(reply, 404, Integer.toString(NOT_FOUND));
    }

    private static String victimsRun(Ground ground) {
        var made = ground.stack()
                .post(RUNS, "{\"name\":\"secret\",\"project\":\"of-the-owner\",\"labels\":{\"owner\":\"victim\"}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.field("id");
    }
}
