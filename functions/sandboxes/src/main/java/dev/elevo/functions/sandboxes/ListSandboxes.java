package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxFilter;
import dev.elevo.platform.sandbox.SandboxStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code GET /sandboxes} was asked for. */
record ListSandboxes(SandboxFilter filter, PageQuery page, Expansion expansion) {
    private static final Map<String, SandboxState> STATES = states();

    static ListSandboxes read(Query query, Paging paging, String list) {
        var filter = new SandboxFilter(
                readStates(query),
                query.labels("labels"),
                query.text("search", 1, 255),
                query.text("templateId"),
                query.text("target"),
                query.timestamp("createdAfter"),
                query.timestamp("createdBefore"));
        return new ListSandboxes(filter, paging.read(query, SandboxStore.SORTS, list), Expansion.read(query));
    }

    private static Set<SandboxState> readStates(Query query) {
        return query.words("state", STATES.keySet()).stream().map(STATES::get).collect(Collectors.toSet());
    }

    private static Map<String, SandboxState> states() {
        var states = new LinkedHashMap<String, SandboxState>();
        for (var state : SandboxState.values()) {
            states.put(state.label(), state);
        }
        return states;
    }
}
