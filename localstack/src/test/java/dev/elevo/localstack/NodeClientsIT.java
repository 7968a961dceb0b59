package dev.elevo.localstack;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The TypeScript client, and the MCP server that stands on it. */
final class NodeClientsIT {
    @RegisterExtension
    private static final SharedStack SHARED = new SharedStack();

    private static ClientFolder client;

    @BeforeAll
    static void build() throws Exception {
        client = ClientFolder.of("typescript", SHARED.get());
        client.run("npm", "ci", "--no-audit", "--no-fund");
        client.run("npm", "run", "build");
    }

    @Test
    void the_client_does_what_it_says() throws Exception {
        client.run("npm", "test");
        client.run("npm", "run", "test:e2e");
    }

    @Test
    void agents_work_in_sandboxes() throws Exception {
        var server = ClientFolder.of("mcp", SHARED.get());
        server.run("npm", "ci", "--no-audit", "--no-fund");
        server.run("npm", "run", "build");
        server.run("npm", "run", "test:e2e");
    }
}
