package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.Area;
import io.micronaut.web.router.Router;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The paths that the workspace serves itself, by whatever method. No route comes before them. */
@Singleton
public final class BuiltInPaths {
    private static final List<String> OWN = List.of("/admin", "/admin/{rest+}", "/health", "/metrics");

    private final Node root = new Node();

    private static final class Node {
        private final Map<String, Node> named = new HashMap<>();
        private @Nullable Node variable;
        private boolean ends;
        private boolean goesOn;
    }

    BuiltInPaths(Router router) {
        OWN.forEach(this::add);
        router.uriRoutes()
                .map(route -> route.getUriMatchTemplate().toPathString())
                .forEach(this::add);
        Stream.of(Area.values())
                .filter(area -> area != Area.ADMIN)
                .flatMap(area -> Stream.concat(area.paths().stream(), area.streams().stream()))
                .forEach(this::add);
    }

    public boolean serves(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        int start = 0;
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        return find(root, path, start, end);
    }

    private static boolean find(Node node, String path, int from, int end) {
        if (from >= end) {
            return node.ends;
        }
        if (node.goesOn) {
            return true;
        }
        var slash = path.indexOf('/', from);
        var until = slash < 0 || slash > end ? end : slash;
        var named = node.named.get(path.substring(from, until));
        return (named != null && find(named, path, until + 1, end))
                || (node.variable != null && until > from && find(node.variable, path, until + 1, end));
    }

    private void add(String pattern) {
        var node = root;
        for (var segment : PathPattern.split(pattern)) {
            if (segment.startsWith("{") && (segment.endsWith("+}") || segment.startsWith("{+"))) {
                node.goesOn = true;
                return;
            }
            if (segment.startsWith("{")) {
                if (node.variable == null) {
                    node.variable = new Node();
                }
                node = node.variable;
            } else {
                node = node.named.computeIfAbsent(segment, name -> new Node());
            }
        }
        node.ends = true;
    }
}
