package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Mismatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** 2.1 and 2.10: making, finding and changing sandboxes. */
final class Sandboxes extends Area {
    Sandboxes() {
        super("sandboxes");
        creation();
        refusedCreation();
        list();
        one();
        changes();
        ports();
        measures();
    }

    private void creation() {
        endpoint("POST /sandboxes");
        statement("2.1: every field is optional, an empty body is {}; 201 with defaults and Location", w -> {
            var made = w.api().post("/sandboxes").is(201);
            w.kept(made.field("id"));
            made.has("/state", "running")
                    .has("/workDir", "/home/user")
                    .has("/user", "user")
                    .has("/shell", "/bin/bash")
                    .has("/timeoutMs", 3_600_000)
                    .has("/autoStopMinutes", 30)
                    .has("/labels", Map.of())
                    .has("/enforced")
                    .has("/expiresAt")
                    .fits("id is sbx- and 12", answer -> answer.field("id").matches("sbx-[a-z0-9]{12}"))
                    .fits(
                            "the name is sandbox- and 8",
                            answer -> answer.field("name").matches("sandbox-[a-z0-9]{8}"))
                    .hasHeader("Location", "/api/v1/sandboxes/" + made.field("id"));
            granted(made, "/cpu", 1);
            granted(made, "/memory", 1024);
        });
        statement("3.2: what is asked for is what is shown, and what holds inside", w -> {
            var box = w.own(
                    "name", w.name("asked"),
                    "env", Map.of("A", "b c"),
                    "workDir", "/home/user/deep/er",
                    "labels", Map.of("team", "blue"),
                    "metadata", Map.of("note", "x"),
                    "timeoutMs", 600_000,
                    "autoStopMinutes", 0,
                    "resources", Map.of("cpu", 1, "memoryMB", 512, "disk", 2));
            var shown = box.get("")
                    .is(200)
                    .has("/env/A", "b c")
                    .has("/labels/team", "blue")
                    .has("/metadata/note", "x")
                    .has("/timeoutMs", 600_000);
            granted(shown, "/memory", 512);
            granted(shown, "/disk", 2);
            if (!box.run("echo \"$A\"; pwd").equals("b c\n/home/user/deep/er\n")) {
                throw new Mismatch("environment and working directory hold inside");
            }
        });
        sharedTypes();
        statement("1.1: resources.memory and resources.diskGB are accepted as aliases", w -> {
            var shown = w.own("resources", Map.of("memory", 512, "diskGB", 3)).get("");
            granted(shown, "/memory", 512);
            granted(shown, "/disk", 3);
        });
        statement("2.1: without waitForReady the state is creating", w -> {
            var made = w.api().post("/sandboxes", "waitForReady", false).is(201).has("/state", "creating");
            var box = w.kept(made.field("id"));
            w.eventually("running", () -> box.get("").field("state").equals("running"));
        });
        statement("1.3: sandbox:create alone suffices for creation", w -> {
            var made = w.keyed("sandbox:create").post("/sandboxes").is(201);
            w.kept(made.field("id"));
        });
        statement("3.2: the entrypoint runs as a process with the tag entrypoint", w -> {
            var box = w.own("entrypoint", List.of("/bin/sleep"), "args", List.of("300"));
            box.get("/process").is(200).among("/data", "tag", "entrypoint");
        });
        statement("3.2: an ephemeral sandbox is deleted where another is stopped", w -> {
            var box = w.own("ephemeral", true);
            box.post("/stop", "force", true).is(200).has("/state", "deleted");
            box.get("").fails(2001);
        });
        statement("3.2: health shows what the health check finds", w -> {
            var box = w.own(
                    "healthCheck",
                    Map.of("type", "exec", "command", List.of("true"), "intervalSeconds", 1, "timeoutSeconds", 1));
            w.eventually("healthy", () -> box.get("").field("health").equals("healthy"));
        });
        statement(
                "3.2: without the internet, networkBlockAll",
                w -> w.own("network", Map.of("allowInternet", false)).get("").has("/networkBlockAll", true));
    }

    private void refusedCreation() {
        statement("2.1: a name in use is 2002", w -> {
            var name = w.name("twice");
            w.own("name", name);
            w.api().post("/sandboxes", "name", name).fails(2002);
        });
        statement("2.1: the quota of the organization is 2004", w -> {
            var full = w.as(w.lab().fullKey());
            Quotas.one(w, full);
            full.post("/sandboxes").fails(2004);
        });
        statement(
                "2.1: an unknown template is 2007",
                w -> w.api().post("/sandboxes", "template", "no-such-template").fails(2007));
        statement(
                "2.1: an unknown snapshot is 7000",
                w -> w.api().post("/sandboxes", "snapshot", "snap-000000000000").fails(7000));
        statement(
                "2.1: an unknown volume is 7100",
                w -> w.api()
                        .post("/sandboxes", "volumes", List.of(Map.of("volumeId", "no-such", "mountPath", "/data")))
                        .fails(7100));
        statement(
                "3.2: an option that the deployment cannot honour is 9007",
                w -> w.api().post("/sandboxes", "autoArchiveMinutes", 5).fails(9007));
        for (var broken : List.of(
                Map.entry("name", "-"),
                Map.entry("timeoutMs", 86_400_001),
                Map.entry("autoStopMinutes", -1),
                Map.entry("workDir", "relative"),
                Map.entry("labels", Map.of("a b", "c")),
                Map.entry("env", Map.of("1", "c")),
                Map.entry("resources", Map.of("cpu", 0)),
                Map.entry("resources", Map.of("memoryMB", 1)),
                Map.entry("network", Map.of("allowedCIDRs", List.of("nonsense"))),
                Map.entry("requireEnforced", List.of("nonsense")),
                Map.entry("healthCheck", Map.of("type", "tcp")),
                Map.entry("target", "no-such-place"))) {
            statement(
                    "3.2: " + broken.getKey() + " " + broken.getValue() + " is 9004 and named",
                    w -> w.api()
                            .post("/sandboxes", broken.getKey(), broken.getValue())
                            .fails(9004)
                            .fits(
                                    "names the field",
                                    answer -> answer.at("/error/details/fields/0/field")
                                            .asText()
                                            .startsWith(broken.getKey())));
        }
        statement(
                "1.8: a wrong JSON type is 9005",
                w -> w.api().post("/sandboxes", "name", 7).fails(9005));
        statement(
                "1.1: another content type is 9005",
                w -> w.api()
                        .send("POST", "/sandboxes", "application/xml", "<a/>")
                        .fails(9005));
        statement("1.1: unknown fields are ignored", w -> w.own("unheardOf", 1));
    }

    private void sharedTypes() {
        statement("3.1: labels, metadata, environment and name up to their rules", w -> {
            var name = w.name("x").concat("x".repeat(63)).substring(0, 63);
            w.own(
                            "waitForReady",
                            false,
                            "name",
                            name,
                            "labels",
                            many(64, "k", "v".repeat(255)),
                            "metadata",
                            many(64, "m".repeat(252), "v"),
                            "env",
                            many(256, "E_", "v"))
                    .get("")
                    .has("/name", name)
                    .fits("64 labels", answer -> answer.at("/labels").size() == 64);
            w.own(
                    "waitForReady",
                    false,
                    "metadata",
                    Map.of("k", "v".repeat(4096)),
                    "env",
                    Map.of("E", "v".repeat(32_768)));
        });
        broken(
                "labels",
                many(65, "k", "v"),
                Map.of("a b", "v"),
                Map.of("k".repeat(64), "v"),
                Map.of("k", "v".repeat(256)));
        broken("metadata", many(65, "k", "v"), Map.of("k".repeat(256), "v"), Map.of("k", "v".repeat(4097)));
        broken("env", many(257, "E", "v"), Map.of("1E", "v"), Map.of("E", "v".repeat(32_769)));
        broken("name", "x", "x".repeat(64), "-x-", "Xyz");
        broken("user", "1x", "x".repeat(33), "a b");
    }

    private void broken(String field, Object... values) {
        statement("3.1: " + field + " beyond its rule is 9004", w -> {
            for (var value : values) {
                w.api()
                        .post("/sandboxes", field, value)
                        .fails(9004)
                        .fits(
                                "names it",
                                answer -> answer.at("/error/details/fields/0/field")
                                        .asText()
                                        .startsWith(field));
            }
        });
    }

    private static Map<String, String> many(int count, String name, String value) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> name + (100 + i), i -> value));
    }

    private void list() {
        endpoint("GET /sandboxes");
        statement("1.6: pages have data, page, limit, total, totalPages and hasMore", w -> {
            var mark = w.name("page");
            for (var i = 0; i < 3; i++) {
                w.own("labels", Map.of("mark", mark), "waitForReady", false);
            }
            var filter = "/sandboxes?labels=mark=" + mark;
            w.api()
                    .get(filter + "&limit=2&page=2")
                    .is(200)
                    .counts("/data", 1)
                    .has("/pagination/page", 2)
                    .has("/pagination/limit", 2)
                    .has("/pagination/total", 3)
                    .has("/pagination/totalPages", 2)
                    .has("/pagination/hasMore", false);
            w.api().get(filter + "&page=9").is(200).counts("/data", 0);
            var first = w.api().get(filter + "&limit=2&cursor=").is(200).counts("/data", 2);
            first.lacks("/pagination/total").has("/pagination/hasMore", true).lacks("/pagination/prevCursor");
            var second = w.api()
                    .get(filter + "&limit=2&cursor="
                            + first.at("/pagination/nextCursor").asText())
                    .is(200)
                    .counts("/data", 1)
                    .has("/pagination/hasMore", false);
            var back = w.api()
                    .get(filter + "&limit=2&cursor="
                            + second.at("/pagination/prevCursor").asText())
                    .is(200);
            for (var i = 0; i < 2; i++) {
                back.has("/data/" + i + "/id", first.at("/data/" + i + "/id").asText());
            }
        });
        statement("2.1: sorted by name, and fields picks with id", w -> {
            var mark = w.name("sort");
            w.own("name", mark + "-b", "labels", Map.of("mark", mark), "waitForReady", false);
            w.own("name", mark + "-a", "labels", Map.of("mark", mark), "waitForReady", false);
            w.api()
                    .get("/sandboxes?labels=mark=" + mark + "&sort_by=name&sort_order=asc&fields=name,nonsense")
                    .is(200)
                    .has("/data/0/name", mark + "-a")
                    .has("/data/1/name", mark + "-b")
                    .has("/data/0/id")
                    .lacks("/data/0/state");
        });
        statement("2.1: filters by state, search and time", w -> {
            var name = w.name("find");
            var before = Instant.now().minus(Duration.ofHours(1));
            w.own("name", name);
            w.api()
                    .get("/sandboxes?state=running,paused&search=" + name.toUpperCase(java.util.Locale.ROOT)
                            + "&createdAfter=" + before)
                    .is(200)
                    .counts("/data", 1);
            w.api()
                    .get("/sandboxes?search=" + name + "&createdBefore=" + before)
                    .counts("/data", 0);
            w.api().get("/sandboxes?search=" + name + "&state=stopped").counts("/data", 0);
        });
        statement("2.1: deleted sandboxes are there on request, with why they ended and by whom", w -> {
            var box = w.own();
            box.delete("?force=true").is(204);
            w.api().get("/sandboxes?state=deleted&limit=100").is(200).among("/data", "id", box.id());
            w.api()
                    .get("/sandboxes?limit=100")
                    .is(200)
                    .fits("does not list the deleted", answer -> !answer.text().contains(box.id()));
        });
        statement("2.1: expand=metrics shows the newest sample; another value is 9004", w -> {
            w.api().get("/sandboxes?expand=metrics&limit=1").is(200);
            w.api().get("/sandboxes?expand=nonsense").fails(9004);
        });
        statement("1.6: page and cursor together are 9004, a bad cursor 9005, a bad label filter 9004", w -> {
            w.api().get("/sandboxes?page=1&cursor=").fails(9004);
            w.api().get("/sandboxes?cursor=nonsense").fails(9005);
            w.api().get("/sandboxes?labels=nonsense").fails(9004);
            w.api().get("/sandboxes?limit=101").fails(9004);
            w.api().get("/sandboxes?sort_by=nonsense").fails(9004);
            w.api().get("/sandboxes?unheardOf=1&limit=1").is(200);
        });
    }

    private void one() {
        endpoint("GET /sandboxes/{id}");
        statement("1.1: an id or a name, and a slash at the end", w -> {
            var name = w.name("named");
            var box = w.own("name", name);
            w.api().get("/sandboxes/" + name).is(200).has("/id", box.id());
            w.api().get("/sandboxes/" + name + "/").is(200).has("/id", box.id());
            box.get("?fields=state").is(200).has("/id").has("/state", "running").lacks("/name");
            box.get("?expand=snapshot,volumes,metrics").is(200);
        });
        statement("1.1: another organization's is as good as none", w -> {
            var other = w.as(w.lab().fullKey());
            other.get("/sandboxes/" + w.box().id()).fails(2001);
        });
        endpoint("DELETE /sandboxes/{id}");
        statement("2.1: running without force is 2008; with force 204; again 404", w -> {
            var box = w.own();
            box.delete("").fails(2008).has("/error/details/state", "running");
            box.delete("?force=true").is(204);
            box.delete("?force=true").fails(2001);
            box.get("").fails(2001);
        });
        statement("2.1: a stopped one goes without force", w -> {
            var box = w.own();
            box.post("/stop", "force", true).is(200);
            box.delete("").is(204);
        });
    }

    private void changes() {
        endpoint("PATCH /sandboxes/{id}");
        statement("2.10: what is left out stays", w -> {
            var box = w.own("labels", Map.of("a", "1"), "autoStopMinutes", 7);
            box.patch("", "metadata", Map.of("k", "v"))
                    .is(200)
                    .has("/labels/a", "1")
                    .has("/autoStopMinutes", 7)
                    .has("/metadata/k", "v");
        });
        statement("2.10: a name in use is 2002", w -> {
            var name = w.name("taken");
            w.own("name", name, "waitForReady", false);
            w.own("waitForReady", false).patch("", "name", name).fails(2002);
        });
        endpoint("PUT /sandboxes/{id}");
        statement("2.9b: what is left out gets its default, but for the name", w -> {
            var name = w.name("put");
            var box = w.own("name", name, "labels", Map.of("a", "1"), "autoStopMinutes", 7);
            box.put("", "metadata", Map.of("k", "v"))
                    .is(200)
                    .has("/name", name)
                    .has("/labels", Map.of())
                    .has("/autoStopMinutes", 30);
        });
        statement("2.9b: a name in use is 2002", w -> {
            var name = w.name("held");
            w.own("name", name, "waitForReady", false);
            w.own("waitForReady", false).put("", "name", name).fails(2002);
        });
        endpoint("PATCH /sandboxes/{id}/labels");
        statement("2.10: replaces the whole map", w -> {
            var box = w.own("labels", Map.of("a", "1"));
            box.patch("/labels", "labels", Map.of("b", "2")).is(200).has("/labels", Map.of("b", "2"));
            box.get("").has("/labels", Map.of("b", "2"));
        });
        endpoint("PATCH /sandboxes/{id}/timeout");
        statement("2.10: the clock begins anew, and 0 removes the limit", w -> {
            var box = w.own();
            var changed = box.patch("/timeout", "timeoutMs", 7_200_000).is(200).has("/timeoutMs", 7_200_000);
            var left = Duration.between(Instant.now(), Instant.parse(changed.field("expiresAt")));
            if (left.toMinutes() < 115 || left.toMinutes() > 121) {
                throw new Mismatch("expiresAt is now + timeoutMs, not " + left);
            }
            box.patch("/timeout", "timeoutMs", 0).is(200).lacks("/expiresAt");
        });
        endpoint("POST /sandboxes/{id}/activity");
        statement("2.10: sets lastActivityAt to now", w -> {
            var box = w.own();
            box.post("/activity").is(200).has("/success", true).has("/message");
            box.get("").has("/lastActivityAt");
        });
    }

    private void ports() {
        endpoint("GET /sandboxes/{id}/host");
        statement(
                "2.10: the host names sandbox and port",
                w -> w.box()
                        .get("/host?port=3000")
                        .is(200)
                        .has("/port", 3000)
                        .fits(
                                "names both",
                                answer -> answer.field("host").contains(w.box().id() + "-3000")));
        statement("2.10: a port that exposedPorts lacks is 9004", w -> {
            var box = w.own("network", Map.of("exposedPorts", List.of(8000)));
            box.get("/host?port=8000").is(200);
            box.get("/host?port=3000").fails(9004);
        });
        endpoint("GET /sandboxes/{id}/preview-url");
        statement(
                "2.10: an address with the path",
                w -> w.box()
                        .get("/preview-url?port=3000&path=/app")
                        .is(200)
                        .fits("has the path", answer -> answer.field("url").contains("/app"))
                        .has("/host")
                        .has("/port", 3000));
    }

    /** Machines come in sizes: what was asked for is what there is at least. */
    private static void granted(Answer sandbox, String pointer, int asked) {
        if (sandbox.field("isolation").equals("microvm")) {
            sandbox.hasAtLeast(pointer, asked);
        } else {
            sandbox.has(pointer, asked);
        }
    }

    private void measures() {
        endpoint("GET /sandboxes/{id}/metrics");
        statement("2.1: the newest sample only, unless a time is asked for", w -> {
            w.box()
                    .get("/metrics")
                    .is(200)
                    .counts("/metrics", 1)
                    .has("/metrics/0/cpuCount", w.box().get("").at("/cpu"))
                    .has("/metrics/0/memoryTotal");
            w.box()
                    .get("/metrics?start=" + Instant.now().minusSeconds(600) + "&step=60")
                    .is(200);
            w.box()
                    .get("/metrics?start=" + Instant.now() + "&end="
                            + Instant.now().minusSeconds(60))
                    .fails(9004);
            w.box().get("/metrics?step=0").fails(9004);
            w.box().get("/metrics?start=yesterday").fails(9005);
        });
        endpoint("GET /stats");
        statement("2.9b: sandboxes by state, and what the running ones were granted", w -> {
            w.box();
            w.api()
                    .get("/stats")
                    .is(200)
                    .fits(
                            "counts the running",
                            (Answer answer) ->
                                    answer.at("/sandboxes/byState/running").asInt() >= 1)
                    .fits(
                            "adds up their cores",
                            answer -> answer.at("/resources/cpu").asDouble() >= 1);
        });
    }
}
