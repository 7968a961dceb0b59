package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.Caller;
import dev.elevo.conformance.dsl.NotOffered;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.10 and 3.2: visits of the services inside, by path, for names of hosts lead to a deployment only where somebody saw to it. */
final class Previews extends Area {
    private static final int SERVED = 3000;
    private static final int SILENT = 9;
    private static final String NOBODY = "sbx-000000000000";

    Previews() {
        super("previews");
        endpoint("ANY /preview/{id}/{port}/*");
        whatIsServed();
        whoMay();
        whatIsNotThere();
    }

    private void whatIsServed() {
        statement("2.10: what listens inside answers, with its status and its words", w -> {
            var box = serving(w);
            visit(w.api(), box, "/page").is(200).says("served here");
            visit(w.api(), box, "/none").is(404).says("File not found");
        });
    }

    private void whoMay() {
        statement("3.2: it is its organization's: who has no credential is 1001, whether there is one or not", w -> {
            refused(visit(w.stranger(), serving(w), "/page"), 401, 1001, "UNAUTHORIZED")
                    .hasHeader("WWW-Authenticate", "Bearer");
            refused(visit(w.stranger(), w.boxed(NOBODY), "/page"), 401, 1001, "UNAUTHORIZED");
        });
        statement(
                "3.2: a credential that holds for nobody is 1004",
                w -> refused(
                        visit(w.stranger().with("X-API-Key", "ewk_none"), serving(w), "/page"),
                        401,
                        1004,
                        "INVALID_TOKEN"));
        statement("1.3: it takes sandbox:read; without it 1005", w -> {
            visit(w.keyed("sandbox:read"), serving(w), "/page").is(200);
            refused(visit(w.keyed("files:read"), serving(w), "/page"), 403, 1005, "INSUFFICIENT_SCOPE");
        });
        statement(
                "1.1: another organization's is as good as none",
                w -> refused(visit(w.as(w.lab().fullKey()), serving(w), "/page"), 404, 2001, "SANDBOX_NOT_FOUND"));
        statement("3.2: with allowPublicInbound it takes no credential", w -> {
            requireOffered(w);
            var box = w.own("network", Map.of("allowPublicInbound", true));
            serve(w, box);
            visit(w.stranger(), box, "/page").is(200).says("served here");
        });
        statement("3.2: a port that exposedPorts lacks is 1002", w -> {
            requireOffered(w);
            var box = w.own("network", Map.of("exposedPorts", List.of(8000)));
            refused(visit(w.api(), box, "/"), 403, 1002, "FORBIDDEN");
        });
    }

    private void whatIsNotThere() {
        statement("1.8: where nothing listens it is 2009, with the port", w -> {
            requireOffered(w);
            refused(
                            w.api().atRoot().get("/preview/" + w.box().id() + "/" + SILENT + "/"),
                            502,
                            2009,
                            "PORT_UNREACHABLE")
                    .has("/error/details/port", SILENT);
        });
        statement("2.10: of a sandbox that does not run it is 2003, and of none 2001", w -> {
            requireOffered(w);
            refused(visit(w.api(), w.stopped(), "/"), 409, 2003, "SANDBOX_NOT_RUNNING");
            refused(visit(w.api(), w.boxed(NOBODY), "/"), 404, 2001, "SANDBOX_NOT_FOUND");
        });
    }

    /** The sandbox of this area, with a server in it. */
    private static Box serving(World w) {
        requireOffered(w);
        w.lab().once("serving", () -> serve(w, w.box()));
        return w.box();
    }

    private static void serve(World w, Box box) {
        Python.require(box, "a server to be visited");
        box.write("/tmp/served/page", "served here");
        box.post("/process/spawn", "command", "python3 -m http.server " + SERVED + " --directory /tmp/served")
                .is(201);
        w.eventually("the server", () -> visit(w.api(), box, "/page").status() == 200);
    }

    /** Who would visit cannot bring what opens a machine's own address, and nobody else is told of it. */
    private static void requireOffered(World w) {
        if (w.box().get("").field("isolation").equals("microvm")) {
            throw new NotOffered("a machine's own address has no visitors");
        }
    }

    private static Answer visit(Caller visitor, Box box, String path) {
        return visitor.atRoot().get("/preview/" + box.id() + "/" + SERVED + path);
    }

    private static Answer refused(Answer answer, int status, int code, String name) {
        return answer.is(status).fails(code).has("/error/name", name);
    }
}
