package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.Rules;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxFilter;
import dev.elevo.platform.sandbox.SandboxStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code GET /sandboxes} was asked for. */
record ListSandboxes(SandboxFilter filter, PageQuery page, Expansion expansion) {
    private static final Pattern LABEL_KEY = Pattern.compile(Rules.LABEL_KEY);
    private static final Map<String, SandboxState> STATES = states();

    static ListSandboxes read(Query query, Paging paging, String list) {
        var filter = new SandboxFilter(
                readStates(query),
                readLabels(query),
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

    static Map<String, String> readLabels(Query query) {
        var labels = new HashMap<String, String>();
        for (var pair : query.words("labels")) {
            var equals = pair.indexOf('=');
            if (equals < 0 || !LABEL_KEY.matcher(pair.substring(0, equals)).matches()) {
                query.refuse("labels", "must have the form key=value", pair);
            } else {
                labels.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return labels;
    }

    private static Map<String, SandboxState> states() {
        var states = new LinkedHashMap<String, SandboxState>();
        for (var state : SandboxState.values()) {
            states.put(state.label(), state);
        }
        return states;
    }
}
