package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.helper.Helper;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.HealthCheckConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
final class HealthTest {
    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    @Tag("slow")
    void a_server_is_well_while_it_answers_so() throws Exception {
        var id = agent.create(checked(http("/health?a=b c")));
        assertThat(health(id)).isIn(Health.UNKNOWN, Health.UNHEALTHY);
        await("nobody there", () -> health(id) == Health.UNHEALTHY);

        serve(id, "200 Fine");
        await("somebody there", () -> health(id) == Health.HEALTHY);
        assertThat(agent.run(id, "cat request").stdout()).startsWith("GET /health?a=b%20c HTTP/1.1\r\n");

        agent.run(id, "pkill perl");
        serve(id, "503 Not now");
        await("it says no", () -> health(id) == Health.UNHEALTHY);
    }

    @Test
    @Tag("slow")
    void a_port_is_well_while_somebody_listens() throws Exception {
        var id = agent.create(checked(new HealthCheckConfig("tcp", null, 8080, null, 1, 1, 1, 1, null)));
        await("nobody there", () -> health(id) == Health.UNHEALTHY);

        serve(id, "200 Fine");

        await("somebody there", () -> health(id) == Health.HEALTHY);
    }

    @Test
    void a_program_is_well_when_it_ends_well_and_is_nobodys_process() throws Exception {
        var id = agent.create(checked(exec("head -c 1000000 /dev/zero; test -e well")));
        await("not well", () -> health(id) == Health.UNHEALTHY);

        agent.run(id, "touch well");

        await("well", () -> health(id) == Health.HEALTHY);
        await("nothing is left at the helper", () -> heldByHelper(id) == 0);
        agent.restart();
        await("well for the next agent, too", () -> health(id) == Health.HEALTHY);
        assertThat(agent.run(id, "echo well").stdout()).isEqualTo("well\n");
    }

    @Test
    void a_check_that_hangs_is_no_other_sandboxes_business_and_leaves_nothing_behind() throws Exception {
        var hanging = agent.create(checked(exec("trap '' TERM; while :; do sleep 600; done")));
        var silent = agent.create(checked(http("/")));
        agent.processes()
                .run(
                        silent,
                        request(
                                "perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("
                                        + "Listen => 9, LocalPort => 8080, ReuseAddr => 1); my @c; while (my $c = $s->accept) { push @c, $c }'"),
                        null);
        var well = agent.create(checked(exec("true")));

        await("the quick one", () -> health(well) == Health.HEALTHY);
        await("the one that hangs", () -> health(hanging) == Health.UNHEALTHY);
        await("the one without an answer", () -> health(silent) == Health.UNHEALTHY);
        assertThat(heldByHelper(hanging)).isLessThanOrEqualTo(1);
    }

    @Test
    void nobody_knows_how_a_paused_sandbox_is() throws Exception {
        agent.requireEnforced("cpu");
        var id = agent.create(checked(exec("sleep 0.2; true")));
        await("well", () -> health(id) == Health.HEALTHY);

        for (int i = 0; i < 10; i++) {
            await("a check under way", () -> heldByHelper(id) > 0);
            agent.sandboxes().pause(id);
            assertThat(health(id)).isEqualTo(Health.UNKNOWN);
            agent.sandboxes().resume(id, Deadline.NEVER);
        }

        await("well again", () -> health(id) == Health.HEALTHY);
        await("nothing is left at the helper", () -> heldByHelper(id) == 0);
    }

    @Test
    void a_check_that_is_not_whole_is_refused() {
        var thrown = catchThrowableOfType(
                ApiException.class,
                () -> agent.create(
                        checked(new HealthCheckConfig("http", "/", null, null, null, null, null, null, null))));

        assertThat(thrown.failure().code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        assertThat(agent.sandboxes().get(agent.create()).health()).isNull();
    }

    private int heldByHelper(String id) throws IOException {
        try (var helper = new Helper(agent.slot(id).helperSocket())) {
            return helper.list().size();
        }
    }

    private void serve(String id, String status) {
        agent.processes()
                .run(
                        id,
                        request(("perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new("
                                        + "Listen => 9, LocalPort => 8080, ReuseAddr => 1) or die; while (my $c = $s->accept) {"
                                        + " my $r = <$c>; open my $f, \">\", \"request\"; print $f $r; close $f;"
                                        + " print $c \"HTTP/1.1 %s\\r\\nContent-Length: 0\\r\\n\\r\\n\"; close $c }'")
                                .formatted(status)),
                        null);
    }

    private static RunRequest request(String command) {
        return new RunRequest(command, null, null, null, null, null, null, null, 600_000, 0, null, null, null);
    }

    private @Nullable Health health(String id) {
        return agent.sandboxes().get(id).health();
    }

    private static HealthCheckConfig http(String path) {
        return new HealthCheckConfig("http", path, 8080, null, 1, 1, 1, 1, null);
    }

    private static HealthCheckConfig exec(String script) {
        return new HealthCheckConfig("exec", null, null, List.of("/bin/sh", "-c", script), 1, 1, 1, 1, null);
    }

    private static SandboxSpec checked(HealthCheckConfig check) {
        return new SandboxSpec(
                Ids.SANDBOX.random(),
                "base",
                Map.of(),
                "/home/user",
                "user",
                "/bin/bash",
                new Resources(1.0, 256, 10, 0, null),
                RealAgent.OFFLINE,
                List.of(),
                check,
                null);
    }
}
