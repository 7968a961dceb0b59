package dev.elevo.infra;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is decided when the template is written, and not by a parameter of the stack: each adds resources, some with a price.
 *
 * @param wayOut whether requests can be forwarded to servers on the Internet ({@code ELEVO_WAY_OUT=nat})
 * @param firewall whether there is a stack with a WAF for CloudFront ({@code ELEVO_WAF=1})
 * @param blockedNetwork whether sandboxes without the Internet can be had ({@code ELEVO_BLOCKED_NETWORK=1})
 * @param baseVersion of AWS's image that those of machines are built on ({@code ELEVO_MICROVM_BASE_VERSION})
 * @param sizes of the machines of sandboxes, in MiB ({@code ELEVO_MICROVM_SIZES}); each is an image for every template
 * @param warm machines that are started ahead of need ({@code ELEVO_MICROVM_WARM}), how many by {@code template/MiB}
 * @param rates of calls, where the account may more than usual ({@code ELEVO_MICROVM_RATES}); empty where it may not
 * @param restored tables that take the place of the stack's own ({@code ELEVO_RESTORED_TABLES})
 */
record Choices(
        boolean wayOut,
        boolean firewall,
        boolean blockedNetwork,
        String baseVersion,
        List<Integer> sizes,
        SortedMap<String, Integer> warm,
        String rates,
        Optional<RestoredTables> restored) {
    /** AWS builds no others. */
    private static final Set<Integer> POSSIBLE = Set.of(512, 1024, 2048, 4096, 8192);

    private static final String USUAL = "1024,2048,4096";

    /** Bare numbers; {@code latest} is refused. */
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)?");

    private static final Pattern WARM = Pattern.compile("([a-zA-Z0-9_.-]+/\\d+)=(\\d{1,3})");

    private static final String RATE = "(run|resume|suspend|terminate|get|token)=[1-9]\\d{0,3}";
    private static final Pattern RATES = Pattern.compile("(" + RATE + "(," + RATE + ")*)?");

    static final Choices DEFAULT = from(Map.of());

    Choices {
        sizes = sizes.stream().sorted(Comparator.naturalOrder()).toList();
        if (sizes.isEmpty() || !POSSIBLE.containsAll(sizes)) {
            throw new IllegalArgumentException("ELEVO_MICROVM_SIZES is " + sizes + "; AWS has "
                    + POSSIBLE.stream().sorted().toList());
        }
        if (!VERSION.matcher(baseVersion).matches()) {
            throw new IllegalArgumentException("ELEVO_MICROVM_BASE_VERSION is \"" + baseVersion
                    + "\"; it is a number that AWS lists of its image");
        }
        if (!RATES.matcher(rates).matches()) {
            throw new IllegalArgumentException("ELEVO_MICROVM_RATES is \"" + rates
                    + "\"; it is calls and how many a second, such as run=20,suspend=10");
        }
        warm = Collections.unmodifiableSortedMap(new TreeMap<>(warm));
    }

    static Choices from(Map<String, String> environment) {
        return new Choices(
                "nat".equals(environment.get("ELEVO_WAY_OUT")),
                "1".equals(environment.get("ELEVO_WAF")),
                "1".equals(environment.get("ELEVO_BLOCKED_NETWORK")),
                environment.getOrDefault("ELEVO_MICROVM_BASE_VERSION", "1"),
                sizes(environment.getOrDefault("ELEVO_MICROVM_SIZES", USUAL)),
                warm(environment.getOrDefault("ELEVO_MICROVM_WARM", "")),
                environment.getOrDefault("ELEVO_MICROVM_RATES", ""),
                RestoredTables.read(environment.getOrDefault("ELEVO_RESTORED_TABLES", "")));
    }

    private static SortedMap<String, Integer> warm(String text) {
        var warm = new TreeMap<String, Integer>();
        if (!text.isEmpty()) {
            for (var part : text.split(",", -1)) {
                var entry = WARM.matcher(part);
                if (!entry.matches()) {
                    throw new IllegalArgumentException(
                            "ELEVO_MICROVM_WARM is \"" + text + "\"; it is how many of which, such as base/2048=3");
                }
                warm.put(entry.group(1), Integer.valueOf(entry.group(2)));
            }
        }
        return warm;
    }

    private static List<Integer> sizes(String text) {
        try {
            return Stream.of(text.split(",", -1))
                    .map(size -> Integer.valueOf(size.strip()))
                    .distinct()
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("ELEVO_MICROVM_SIZES is \"" + text + "\"; it is a list of MiB", e);
        }
    }
}
