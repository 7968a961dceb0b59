package dev.elevo.openapi;

import dev.elevo.contract.Area;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The whole document. */
final class Description {
    private static final String ABOUT = """
        Isolated sandboxes for AI agents and developers.

        Ids may be names where a sandbox, snapshot or volume is meant. Times are ISO 8601 in UTC, durations milliseconds. What is \
        null is left out. Unknown fields and parameters are ignored. Every answer names the request in `X-Request-ID`; every \
        failure has a `code` by which programs decide. A change with an `X-Idempotency-Key` is done once, however often it is sent.\
        """;

    private Description() {}

    static Map<String, Object> of(List<Endpoint> endpoints, String version) {
        var schemas = new Schemas();
        var failures = new Failures(schemas);
        var operations = new Operations(schemas, failures);
        var paths = new TreeMap<String, Object>();
        endpoints.stream().collect(Collectors.groupingBy(Endpoint::path)).forEach((path, here) -> {
            var verbs = new LinkedHashMap<String, Object>();
            for (var verb : List.of("get", "post", "put", "patch", "delete")) {
                var same = here.stream()
                        .filter(endpoint -> endpoint.verb().equals(verb))
                        .sorted(Description::jsonFirst)
                        .toList();
                if (!same.isEmpty()) {
                    verbs.put(verb, operations.of(same));
                }
            }
            paths.put(path, verbs);
        });
        var document = Tree.of(
                "openapi",
                "3.0.3",
                "info",
                Tree.of(
                        "title",
                        "Elevo Workspace",
                        "version",
                        version,
                        "description",
                        ABOUT,
                        "license",
                        Tree.of("name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0")),
                "servers",
                List.of(Tree.of("url", "/", "description", "Where this description comes from")),
                "tags",
                tags(endpoints),
                "security",
                Security.anywhere(),
                "paths",
                paths,
                "components",
                Tree.of(
                        "securitySchemes",
                        Security.schemes(),
                        "parameters",
                        Operations.shared(),
                        "responses",
                        failures.shared(),
                        "headers",
                        Headers.all()));
        return schemas.shared(document);
    }

    private static int jsonFirst(Endpoint one, Endpoint other) {
        return Boolean.compare(isJson(other), isJson(one));
    }

    private static boolean isJson(Endpoint endpoint) {
        return endpoint.consumes().contains("application/json");
    }

    private static List<Object> tags(List<Endpoint> endpoints) {
        var used =
                endpoints.stream().map(Endpoint::area).collect(Collectors.<Area, Set<Area>>toCollection(TreeSet::new));
        return Stream.of(Area.values())
                .filter(used::contains)
                .<Object>map(area -> Tree.of("name", area.areaName()))
                .toList();
    }
}
