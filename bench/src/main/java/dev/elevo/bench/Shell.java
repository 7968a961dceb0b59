package dev.elevo.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Runs scripts of bash, in a sandbox or beside it. */
@FunctionalInterface
interface Shell {
    Duration PATIENCE = Duration.ofMinutes(5);

    /** What it printed; it must succeed. */
    String run(String script) throws IOException, InterruptedException;

    /**
     * The time of a part of a script, taken by the script itself: what it costs to call it is in no figure.
     *
     * @param witness what it must print when the work is done
     */
    default Latency.Timed timing(String before, String work, String after, String witness) {
        var script = """
                set -e
                export LC_ALL=C
                %s
                begun=${EPOCHREALTIME/./}
                %s
                ended=${EPOCHREALTIME/./}
                echo "$((ended - begun)) $(%s)"
                """.formatted(before, work, after);
        return () -> {
            var words = run(script).strip().split(" ", 2);
            if (words.length != 2 || !words[1].equals(witness)) {
                throw new WrongReply("a script printed " + String.join(" ", words) + " instead of " + witness);
            }
            return Long.parseLong(words[0]) * 1000;
        };
    }

    static Shell inside(OurSandbox sandbox) {
        return script -> {
            var processes = sandbox.path() + "/process/";
            var wish = Map.of("command", script, "shell", "/bin/bash", "timeoutMs", PATIENCE.toMillis());
            var reply = sandbox.wire().post(processes + "run", Json.write(wish));
            while (reply.status() == 202) {
                var pid = Json.object(reply).get("pid");
                reply = sandbox.wire().get(processes + pid + "/result");
            }
            var result = Json.object(reply.expect(200));
            if (!(result.get("exitCode") instanceof Number code) || code.intValue() != 0) {
                throw new WrongReply("a script in the sandbox: " + result);
            }
            return Json.text(result, "stdout");
        };
    }

    /** As the user we are, without any wall. */
    static Shell outside(Path folder) {
        return script -> {
            var process = new ProcessBuilder("/bin/bash", "-c", script)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new WrongReply("a script beside the sandbox: " + printed);
            }
            return printed;
        };
    }
}
