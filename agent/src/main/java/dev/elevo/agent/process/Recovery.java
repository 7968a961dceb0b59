package dev.elevo.agent.process;

import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.process.RunRequest;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes a former agent left running. The helper has each with its note and all output that is not safe yet; the
 * disk has the output that is. What is marked as running on disk and is not at the helper ended with its sandbox.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final SandboxProcesses processes;
    private final ProcessHost host;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Helper helper;
    private final EndedProcesses ended;

    Recovery(SandboxProcesses processes, ProcessHost host, ObjectMapper json, InstantSource clock) {
        this.processes = processes;
        this.host = host;
        this.json = json;
        this.clock = clock;
        this.helper = processes.helper();
        this.ended = processes.ended();
    }

    void run() throws IOException {
        var marked = marks();
        for (var listed : host.running() ? helper.list() : List.<Reply.Listed>of()) {
            attach(listed, marked.remove(listed.id()));
        }
        for (var mark : marked.values()) {
            lose(mark);
        }
    }

    private Map<Long, RunningMark> marks() throws IOException {
        var marks = new HashMap<Long, RunningMark>();
        try (var directories = Files.newDirectoryStream(host.stateDirectory(), "output-*")) {
            for (var directory : directories) {
                var mark = mark(directory);
                if (mark == null) {
                    Directories.delete(directory);
                } else if (!ended.has(mark.note().token())) {
                    marks.put(mark.helperId(), mark);
                }
            }
        }
        return marks;
    }

    /** Null for a mark that was never finished: nothing behind it was written, and nothing acknowledged. */
    private @Nullable RunningMark mark(Path directory) {
        try {
            return json.readValue(Files.readAllBytes(directory.resolve(RunningMark.FILE)), RunningMark.class);
        } catch (IOException e) {
            LOG.warn("{} is no output of a process and is removed", directory, e);
            return null;
        }
    }

    private void attach(Reply.Listed listed, @Nullable RunningMark mark) throws IOException {
        var output = mark == null ? null : resume(mark);
        var safe = output == null ? Output.Point.START : output.total();
        try {
            var process = helper.attach(listed.id(), safe.stdout(), safe.stderr());
            if (mark == null && process.note().length == 0) {
                // One of the agent's own, such as a health check: nobody waits for it any more.
                processes.kill(process);
                Thread.ofVirtual().start(() -> forget(process));
                return;
            }
            var note = mark == null ? note(process) : mark.note();
            if (ended.has(note.token())) {
                // The former agent died between keeping the result and saying so.
                Thread.ofVirtual().start(() -> forget(process));
                return;
            }
            processes.adopt(note, process, output);
        } catch (HelperRefusal refusal) {
            LOG.error(
                    "process {} of {} cannot be found again",
                    listed.pid(),
                    host.spec().id(),
                    refusal);
        }
    }

    private LiveOutput resume(RunningMark mark) throws IOException {
        return LiveOutput.resume(
                ended.outputDirectory(mark.note().token()), mark.note().maxBuffer());
    }

    /** It comes from inside the sandbox. */
    private ProcessNote note(HelperProcess process) throws IOException {
        var note = json.readValue(process.note(), ProcessNote.class);
        if (note == null || note.maxBuffer() < 1 || note.maxBuffer() > RunRequest.MOST_BUFFER) {
            process.close();
            throw new IOException("the note of process " + process.pid() + " is not ours");
        }
        return note;
    }

    private static void forget(HelperProcess process) {
        try {
            var event = process.next();
            while (!(event instanceof Reply.Ended)) {
                event = process.next();
            }
            process.forget();
        } catch (IOException e) {
            LOG.warn("process {} stays at the helper", process.pid(), e);
        }
    }

    private void lose(RunningMark mark) throws IOException {
        ended.add(
                ProcessRecord.lost(
                        mark.note(), mark.pid(), mark.startedAt(), clock.instant(), true, written(mark.note())),
                List.of());
    }

    private Output.Point written(ProcessNote note) throws IOException {
        try (var files = OutputFiles.open(ended.outputDirectory(note.token()), note.maxBuffer())) {
            return files.total();
        }
    }
}
