package dev.elevo.localstack.gateway;

import dev.elevo.contract.Area;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the area of a path as API Gateway does: a segment that is named beats a variable, a variable beats a greedy one. Every
 * path has an area, because one of them takes what no other claims.
 */
final class RouteTable {
    private final Node root = new Node();

    private static final class Node {
        private final Map<String, Node> named = new HashMap<>();
        private @Nullable Node variable;
        private @Nullable Area greedy;
        private @Nullable Area here;
    }

    RouteTable() {
        for (var area : Area.values()) {
            area.paths().forEach(pattern -> add(pattern, area));
        }
    }

    Area find(String path) {
        var found = find(root, path, 1);
        if (found == null) {
            throw new IllegalStateException("no area takes what no other claims");
        }
        return found;
    }

    private void add(String pattern, Area area) {
        var node = root;
        for (var segment : pattern.substring(1).split("/", -1)) {
            if (segment.endsWith("+}")) {
                node.greedy = area;
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
        node.here = area;
    }

    private static @Nullable Area find(Node node, String path, int from) {
        if (from >= path.length()) {
            // The root takes an empty rest too: "/" is claimed by nobody else.
            return node.here == null && from == 1 ? node.greedy : node.here;
        }
        var slash = path.indexOf('/', from);
        var end = slash < 0 ? path.length() : slash;
        var named = node.named.get(path.substring(from, end));
        var found = named == null ? null : find(named, path, end + 1);
        if (found == null && node.variable != null && end > from) {
            found = find(node.variable, path, end + 1);
        }
        return found == null ? node.greedy : found;
    }
}
