package dev.elevo.localstack;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The clients in other languages, and the MCP server, by their own tests. These wait for the stack more than they compute, so they do it together. */
final class ClientsIT {
    private static final String BUILD = "{ [ node_modules/.package-lock.json -nt package-lock.json ]"
            + " || { npm ci --no-audit --no-fund && touch node_modules/.package-lock.json; }; } && npm run build";

    /** As others get it: without what lies about in the folder. */
    private static final String WHEEL = """
            away=$(mktemp -d)
            trap 'rm -rf "$away"' EXIT
            python3 -m pip wheel --quiet --no-deps --wheel-dir "$away" .
            cd "$away"
            export PYTHONPATH=$(echo "$away"/*.whl)
            python3 -c 'import elevo; print(elevo.WorkspaceClient().api.get_me())'
            python3 -c 'import importlib.resources as all; assert (all.files("elevo") / "py.typed").is_file()'
            """;

    private static final String PACKAGE = """
            away=$(mktemp -d)
            trap 'rm -rf "$away"' EXIT
            npm pack --silent --pack-destination "$away"
            cd "$away"
            npm init --yes > /dev/null
            npm install --no-audit --no-fund --prefer-offline ./*.tgz
            echo 'import { WorkspaceClient } from "@elevo/workspace"; console.log(await new WorkspaceClient().api.getMe());' > try.mjs
            node try.mjs
            """;

    @RegisterExtension
    private static final SharedStack SHARED = new SharedStack();

    private static final Deque<ForeignProgram> ALL = new ArrayDeque<>();

    private static ForeignProgram python;
    private static ForeignProgram requests;
    private static ForeignProgram typescript;
    private static ForeignProgram mcp;

    @BeforeAll
    static void start() throws Exception {
        python = started(
                "python", "python3 generate.py && PYTHONPATH=src python3 -m unittest discover -v -s tests -p '*.py'");
        started("typescript", BUILD + " && npx tsc -p test").succeeds();
        requests = started("typescript", "node --test build/transport.test.js build/stream.test.js");
        typescript = started("typescript", "node --test build/workspace.e2e.js build/document.e2e.js");
        mcp = started("mcp", BUILD + " && npm run test:e2e");
    }

    private static ForeignProgram started(String client, String command) throws IOException {
        var program = ForeignProgram.start(SHARED.get(), client, command);
        ALL.push(program);
        return program;
    }

    @AfterAll
    static void end() throws IOException {
        while (!ALL.isEmpty()) { // what failed is tried once more, by programs of its own
            ALL.pop().close();
        }
    }

    @Test
    void the_python_client_does_what_it_says() throws Exception {
        python.succeeds();
    }

    @Test
    void the_python_client_is_installed_from_its_package() throws Exception {
        python.succeeds(); // both write what is generated
        started("python", WHEEL).succeeds();
    }

    @Test
    void the_typescript_client_is_installed_from_its_package() throws Exception {
        started("typescript", PACKAGE).succeeds();
    }

    @Test
    void the_typescript_client_tries_again_and_comes_back() throws Exception {
        requests.succeeds();
    }

    @Test
    void the_typescript_client_does_what_it_says() throws Exception {
        typescript.succeeds();
    }

    @Test
    void agents_work_in_sandboxes() throws Exception {
        mcp.succeeds();
    }
}
