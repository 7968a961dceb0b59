package dev.elevo.agent.http;

import dev.elevo.agent.files.Search;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Searches among the files inside one sandbox. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class SearchController {
    private final Gate gate;
    private final Search search;

    SearchController(Gate gate, Search search) {
        this.gate = gate;
        this.search = search;
    }

    @Post(AgentPaths.FIND)
    FindResult findFiles(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body FindRequest request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return search.find(sandboxId, request, timeMs);
    }

    @Post(AgentPaths.GREP)
    GrepResult grepFiles(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @QueryValue int timeMs,
            @Body GrepRequest request) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return search.grep(sandboxId, request, timeMs);
    }
}
