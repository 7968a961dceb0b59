package dev.elevo.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.VmAssignment;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine from its image to its first sandbox, where its root has more rights than it needs. */
@Tag("slow")
final class NewMachineTest {
    @Test
    void a_machine_is_rehearsed_and_given_to_one_only(@TempDir Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        try (var machine = new Machine(directory, "most")) {
            assertThat(machine.health().ready()).isFalse();
            var early = machine.call("GET", AgentPaths.HOST, Capability.HOST, null);
            assertThat(early.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());

            assertThat(machine.hook("ready", "").status()).isEqualTo(503);
            Eventually.await("it is rehearsed", () -> {
                var answer = machine.hook("ready", "");
                assertThat(answer.status()).as(machine::said).isIn(200, 503);
                return answer.status() == 200;
            });
            assertThat(machine.hook("validate", "")).isEqualTo(new Machine.Answer(200, ""));

            var mine = machine.assignment(1);
            assertThat(machine.hook("run", "{").status()).isEqualTo(400);
            assertThat(machine.hook("run", "{\"microvmId\":\"m\"}").status()).isEqualTo(400);
            assertThat(machine.run(new VmAssignment(1, "bm8ga2V5")).status()).isEqualTo(400);
            assertThat(machine.run(mine).status()).isEqualTo(200);
            assertThat(machine.run(mine).status()).isEqualTo(200);
            assertThat(machine.run(machine.assignment(2)).status()).isEqualTo(409);
            assertThat(machine.health().generation()).isEqualTo(1);

            sees_its_own_processes_only(machine);
        }
    }

    private static void sees_its_own_processes_only(Machine machine) {
        var id = Ids.SANDBOX.random();
        var path = AgentPaths.SANDBOXES + "/" + id;
        var host = machine.call("GET", AgentPaths.HOST, Capability.HOST, null).as(HostInfo.class);
        assertThat(host.runtime()).as(machine::said).contains("processes apart");

        machine.call("POST", AgentPaths.SANDBOXES, Capability.HOST, InMemoryAgent.ordinary(id))
                .as(SandboxStatus.class);
        var seen = machine.call(
                        "POST",
                        path + "/processes",
                        id,
                        new RunRequest(
                                "cat /proc/[0-9]*/comm | sort | uniq; kill -9 -1",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null))
                .as(RunResult.class);

        assertThat(seen.stdout()).contains("elevo-init").doesNotContain("java");
        assertThat(machine.call("DELETE", path, id, null).status()).isEqualTo(204);
        assertThat(machine.health().ready()).isTrue();
    }
}
