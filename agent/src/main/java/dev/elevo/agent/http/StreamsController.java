package dev.elevo.agent.http;

import dev.elevo.agent.stream.Streams;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.AttachStream;
import dev.elevo.contract.agent.ClientSaid;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ServedStream;
import dev.elevo.contract.agent.TicketRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections of the gateway about what is inside one sandbox, and tickets for those that come straight. */
@Controller(AgentPaths.STREAMS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class StreamsController {
    private final Gate gate;
    private final Streams streams;

    StreamsController(Gate gate, Streams streams) {
        this.gate = gate;
        this.streams = streams;
    }

    @Get
    List<ServedStream> listStreams(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        return streams.attached(sandboxId);
    }

    @Post
    DirectTicket createTicket(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body TicketRequest request) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        return streams.ticket(sandboxId, request);
    }

    @Put("/{connectionId}")
    @Status(HttpStatus.NO_CONTENT)
    void attachStream(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String connectionId,
            @Body AttachStream stream) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        streams.attach(sandboxId, connectionId, stream);
    }

    /** 204; 200 where its grant is to be renewed; 202 where nobody listens for the connection. */
    @Post("/{connectionId}")
    HttpResponse<?> sayOnStream(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String connectionId,
            @Body ClientSaid said) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        return switch (streams.say(sandboxId, connectionId, said.text())) {
            case YES -> HttpResponse.noContent();
            case WITH_GRANT_ENDING -> HttpResponse.ok();
            case BY_NOBODY -> HttpResponse.accepted();
        };
    }

    @Put("/{connectionId}/grant")
    @Status(HttpStatus.NO_CONTENT)
    void renewGrant(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            String connectionId,
            @Body ConnectionGrant grant) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        streams.renew(sandboxId, connectionId, grant);
    }

    @Delete("/{connectionId}")
    @Status(HttpStatus.NO_CONTENT)
    void detachStream(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, String connectionId) {
        gate.admit(capability, sandboxId, Operation.STREAM);
        streams.detach(sandboxId, connectionId);
    }
}
