package dev.elevo.localstack;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Python client, by nothing but Python. */
final class PythonClientIT {
    @RegisterExtension
    private static final SharedStack SHARED = new SharedStack();

    @Test
    void the_client_does_what_it_says() throws Exception {
        var client = ClientFolder.of("python", SHARED.get());

        client.run("python3", "generate.py");
        client.run("env", "PYTHONPATH=src", "python3", "-m", "unittest", "discover", "-s", "tests", "-p", "*.py");
    }
}
