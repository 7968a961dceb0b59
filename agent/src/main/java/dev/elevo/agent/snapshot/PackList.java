package dev.elevo.agent.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Numbers packs, which are named often. */
final class PackList {
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    PackList() {}

    PackList(List<String> names) {
        names.forEach(this::add);
    }

    int add(String pack) {
        return numbers.computeIfAbsent(pack, name -> {
            names.add(name);
            return names.size() - 1;
        });
    }

    OptionalInt find(String pack) {
        var number = numbers.get(pack);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    String name(int number) {
        if (number < 0 || number >= names.size()) {
            throw new IllegalArgumentException("no pack of that number");
        }
        return names.get(number);
    }

    List<String> names() {
        return List.copyOf(names);
    }
}
