package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import java.time.Instant;

/** 2.9 and 2.10: what the service says of itself, and its audit trail. */
final class Service extends Area {
    Service() {
        super("service");
        system();
        audit();
        documents();
    }

    private void system() {
        endpoint("GET /config");
        statement("3.10: templates, languages, limits and features in force", w -> {
            var config = w.api()
                    .get("/config")
                    .is(200)
                    .has("/apiVersion", "v1")
                    .has("/defaultTemplate", "base")
                    .among("/templates", "", "base")
                    .has("/limits/maxWaitMs")
                    .has("/limits/keyCacheMs")
                    .has("/codeLanguages/0")
                    .has("/lspLanguages/0");
            for (var feature : new String[] {"pause", "gpu", "chown", "push", "streaming"}) {
                config.has("/features/" + feature);
            }
        });
        endpoint("GET /system/status");
        statement(
                "3.10: status and components, for any valid credential",
                w -> w.keyed("nothing:here")
                        .get("/system/status")
                        .is(200)
                        .has("/status")
                        .has("/components")
                        .has("/version")
                        .has("/timestamp"));
        endpoint("GET /system/metrics");
        statement(
                "3.10: requests, endpoints, clients and sandboxes",
                w -> w.root()
                        .get("/system/metrics?minutes=5")
                        .is(200)
                        .has("/requests/latencyMs/p99")
                        .has("/clients")
                        .has("/sandboxes"));
        statement(
                "2.9a: as Prometheus reads it",
                w -> w.root()
                        .with("Accept", "text/plain")
                        .get("/system/metrics")
                        .is(200)
                        .says("api_requests_total")
                        .says("api_request_duration_seconds")
                        .says("sandboxes{state="));
    }

    private void audit() {
        endpoint("GET /audit/events");
        statement("2.9a: each change is there, with who, what and from where", w -> {
            var begun = Instant.now().minusSeconds(5);
            var box = w.own();
            var key = w.key(w.api(), "sandbox:read").field("id");
            w.eventually(
                    "the creation",
                    () -> w.api()
                            .get("/audit/events?type=sandbox.create&resource=" + box.id())
                            .text()
                            .contains(box.id()));
            w.api()
                    .get("/audit/events?type=sandbox.create&outcome=success&from=" + begun + "&resource=" + box.id())
                    .is(200)
                    .counts("/data", 1)
                    .has("/data/0/action")
                    .has("/data/0/requestId")
                    .has("/data/0/clientType")
                    .has("/data/0/remoteAddr");
            w.api().get("/audit/events?limit=1&sort_order=asc").is(200).counts("/data", 1);
            w.api().get("/audit/events?limit=1&cursor=").is(200).has("/pagination/hasMore");
            w.eventually(
                    "the key",
                    () -> w.api().get("/audit/events?resource=" + key).text().contains(key));
        });
        statement("2.9a: a refused authorization is there, as denied", w -> {
            var made = w.key(w.api(), "nothing:here");
            var begun = Instant.now().minusSeconds(60);
            w.as(made.field("key")).get("/sandboxes").fails(1005);
            w.eventually(
                    "it",
                    () -> w.api()
                            .get("/audit/events?outcome=denied&limit=100&from=" + begun + "&userId="
                                    + made.field("userId"))
                            .text()
                            .contains(made.field("id")));
        });
        statement("2.10: a time that is none is 9005, an outcome 9004", w -> {
            w.api().get("/audit/events?from=yesterday").fails(9005);
            w.api().get("/audit/events?outcome=nonsense").fails(9004);
        });
    }

    private void documents() {
        endpoint("GET /openapi.yaml");
        statement("2.10: the description, to anyone, at both places", w -> {
            w.stranger().atRoot().get("/openapi.yaml").is(200).says("openapi: 3.0.3");
            w.stranger().get("/openapi.yaml").is(200).says("openapi: 3.0.3");
        });
        endpoint("GET /swagger-ui");
        statement(
                "2.10: shows it",
                w -> w.stranger().atRoot().get("/swagger-ui").is(200).says("swagger"));
        endpoint("GET /swagger-ui/{file}");
        statement("2.10: what the page is made of, and nothing else", w -> {
            var page = w.stranger().atRoot().get("/swagger-ui").text();
            var script = page.replaceFirst("(?s).*?([\\w.-]+\\.js).*", "$1");
            w.stranger().atRoot().get("/swagger-ui/" + script).is(200);
            w.stranger().atRoot().get("/swagger-ui/none").fails(9008);
        });
        endpoint("GET /console");
        statement(
                "a page to work with, for anyone",
                w -> w.stranger().atRoot().get("/console").is(200).says("console.js"));
        endpoint("GET /console/{file}");
        statement("what the page is made of, and nothing else", w -> {
            w.stranger().atRoot().get("/console/console.js").is(200);
            w.stranger().atRoot().get("/console/none").fails(9008);
        });
    }
}
