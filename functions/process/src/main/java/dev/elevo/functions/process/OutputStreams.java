package dev.elevo.functions.process;

import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.streams.AgentStreams;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.StreamAddress;
import dev.elevo.platform.streams.StreamTicket;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** Lets callers connect to what their processes and terminals write. */
@Singleton
class OutputStreams {
    private final SandboxAccess access;
    private final AgentStreams streams;

    OutputStreams(SandboxAccess access, AgentStreams streams) {
        this.access = access;
        this.streams = streams;
    }

    static StreamTarget pty(int pid, Query query) {
        return target(StreamTarget.PTY, pid, false, query);
    }

    static StreamTarget process(int pid, Query query) {
        return target(StreamTarget.PROCESS, pid, true, query);
    }

    static StreamTarget console(Query query) {
        return new StreamTarget(StreamTarget.CONSOLE, place(false, query));
    }

    private static StreamTarget target(String kind, int pid, boolean historyByDefault, Query query) {
        RunRules.checkPid(pid);
        var parameters = place(historyByDefault, query);
        parameters.put(StreamTarget.PID, Integer.toString(pid));
        return new StreamTarget(kind, parameters);
    }

    private static Map<String, String> place(boolean historyByDefault, Query query) {
        var parameters = new HashMap<String, String>();
        parameters.put(StreamTarget.HISTORY, Boolean.toString(query.bool(StreamTarget.HISTORY, historyByDefault)));
        var cursor = query.text(StreamTarget.CURSOR);
        if (cursor != null) {
            parameters.put(StreamTarget.CURSOR, cursor);
        }
        return parameters;
    }

    void open(Handshake handshake, Principal caller, String idOrName, StreamTarget target) {
        streams.open(handshake, access.enter(caller.organizationId(), idOrName), target);
    }

    HttpResponse<StreamTicket> ticket(HttpRequest<?> request, Principal caller, String idOrName, StreamTarget target) {
        var sandbox = access.enter(caller.organizationId(), idOrName);
        var ticket = streams.ticket(sandbox, target);
        return HttpResponse.<StreamTicket>status(HttpStatus.CREATED)
                .body(StreamTicket.of(ticket, StreamAddress.direct(request)));
    }
}
