package dev.elevo.localstack.launch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What each option may be. All are asked before anything is touched: a bad one must be told in a sentence, and must not be what
 * the next start finds in the home.
 */
final class OptionRules {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,9}");
    private static final Pattern KEY = Pattern.compile("ewk_[A-Za-z0-9_-]{43}");
    private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]{3,245}");
    private static final Pattern APPLICATION =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:app/[A-Z_]+/[A-Za-z0-9_.-]+");
    private static final String NETWORK = "\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}";
    private static final Pattern NETWORKS = Pattern.compile(NETWORK + "(," + NETWORK + ")*");
    private static final Pattern ADDRESSES =
            Pattern.compile("[0-9A-Fa-f.:]+(/\\d{1,3})?( ?, ?[0-9A-Fa-f.:]+(/\\d{1,3})?)*");
    private static final int MOST_REQUESTS = 1_000_000;
    static final int SHORTEST_SECRET = 32;

    private static final List<Rule> RULES = List.of(
            number("ELEVO_PORT", 0, 65_535),
            number("ELEVO_INSTANCES", 1, 64),
            number("ELEVO_READY_SANDBOXES", 0, 100),
            number("ELEVO_DISK_FLOOR_MB", 0, 100_000_000),
            number("ELEVO_SNAPSHOTS_AT_ONCE", 1, 64),
            number("ELEVO_LIMIT_READ", 1, MOST_REQUESTS),
            number("ELEVO_LIMIT_WRITE", 1, MOST_REQUESTS),
            number("ELEVO_LIMIT_SANDBOX_CREATE", 1, MOST_REQUESTS),
            number("ELEVO_LIMIT_EXEC", 1, MOST_REQUESTS),
            number("ELEVO_LIMIT_UPLOAD", 1, MOST_REQUESTS),
            number("ELEVO_MAX_SANDBOXES", 1, 100_000),
            number("ELEVO_MAX_SNAPSHOTS", 1, 1000),
            number("ELEVO_MAX_VOLUMES", 1, 1000),
            number("ELEVO_MAX_WAIT_MS", 0, 25_000),
            number("ELEVO_MAX_BODY_BYTES", 1, 6_291_456),
            number("ELEVO_KEY_CACHE_MS", 0, 1000),
            number("ELEVO_ABANDONED_MS", 1000, 3_600_000),
            number("ELEVO_SWEEP_MS", 100, 3_600_000),
            number("ELEVO_DYNAMODB_CONNECTIONS", 1, 1000),
            number("ELEVO_POSTGRES_CONNECTIONS", 1, 100),
            number("ELEVO_PROJECTION_MS", 100, 3_600_000),
            number("ELEVO_HEALTH_MS", 100, 3_600_000),
            number("ELEVO_GATEWAY_LOOK_MS", 0, 4000),
            number("ELEVO_GATEWAY_CIRCUIT_FAILURES", 1, 1000),
            number("ELEVO_GATEWAY_CIRCUIT_OPEN_MS", 1, 3_600_000),
            number("ELEVO_GATEWAY_LONGEST_MS", 100, 300_000),
            number("ELEVO_PUSHES_MS", 100, 3_600_000),
            word("ELEVO_ENGINE", "local", "microvm"),
            word("ELEVO_FSYNC", "0", "1"),
            word("ELEVO_AOT", "0", "1"),
            word("ELEVO_COMPILERS", "1", "2"),
            word("ELEVO_HELD_TO_RIGHTS", "0", "1"),
            word("ELEVO_UNSAFE", "0", "1"),
            word("ELEVO_NETWORK", "public", "none"),
            new Rule(
                    "ELEVO_PRIVATE_NETWORKS",
                    value -> NETWORKS.matcher(value).matches(),
                    "networks such as 10.1.0.0/16, with commas between them",
                    false),
            new Rule(
                    "ELEVO_UPSTREAM_ALLOW",
                    value -> ADDRESSES.matcher(value).matches(),
                    "networks such as 10.1.0.0/16 or fd00::/8, with commas between them",
                    false),
            address("ELEVO_DYNAMODB_ENDPOINT"),
            new Rule(
                    "ELEVO_POSTGRES_URL",
                    value -> value.startsWith("jdbc:postgresql://"),
                    "an address that begins with jdbc:postgresql://",
                    false),
            application("ELEVO_PUSH_ANDROID", "GCM"),
            application("ELEVO_PUSH_IOS", "APNS"),
            address("ELEVO_CONNECTIONS_URL"),
            number("ELEVO_CONNECTIONS_PORT", 1, 65_535),
            secret("ELEVO_CONNECTIONS_SECRET"),
            address("ELEVO_STS_ENDPOINT"),
            address("ELEVO_JWKS_URL"),
            address("ELEVO_DOC_URL"),
            address("ELEVO_OTLP_URL"),
            new Rule(
                    "ELEVO_TABLE",
                    value -> TABLE.matcher(value).matches(),
                    "3 to 245 letters, digits and any of _ . -",
                    false),
            new Rule(
                    "ELEVO_ADMIN_KEY",
                    value -> KEY.matcher(value).matches(),
                    "ewk_ and 43 letters, digits and any of _ -",
                    true),
            secret("ELEVO_JWT_SECRET"),
            secret("ELEVO_CURSOR_SECRET"));

    private OptionRules() {}

    /** @param isSecret whether what was given may not be shown */
    private record Rule(String name, Predicate<String> allowed, String requirement, boolean isSecret) {

        String broken(String value) {
            var given = isSecret ? " has " + value.length() + " characters" : " is \"" + value + "\"";
            return name + given + "; it must be " + requirement;
        }
    }

    /** An empty option is one that is not set. */
    static void check(Map<String, String> environment) {
        var broken = RULES.stream()
                .filter(rule -> {
                    var value = environment.getOrDefault(rule.name(), "");
                    return !value.isEmpty() && !rule.allowed().test(value);
                })
                .map(rule -> rule.broken(environment.getOrDefault(rule.name(), "")))
                .toList();
        if (!broken.isEmpty()) {
            throw new BadOptionsException(broken);
        }
    }

    private static Rule number(String name, int least, int most) {
        return new Rule(
                name,
                value -> WHOLE.matcher(value).matches()
                        && Integer.parseInt(value) >= least
                        && Integer.parseInt(value) <= most,
                "a whole number from " + least + " to " + most,
                false);
    }

    private static Rule word(String name, String one, String other) {
        return new Rule(name, List.of(one, other)::contains, one + " or " + other, false);
    }

    private static Rule address(String name) {
        return new Rule(name, OptionRules::isAddress, "an address that begins with http:// or https://", false);
    }

    private static Rule application(String name, String platform) {
        return new Rule(
                name,
                value -> APPLICATION.matcher(value).matches() && value.contains(":app/" + platform),
                "the ARN of a platform application of SNS for " + platform,
                false);
    }

    private static Rule secret(String name) {
        return new Rule(
                name,
                value -> value.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_SECRET,
                "at least " + SHORTEST_SECRET + " bytes",
                true);
    }

    private static boolean isAddress(String value) {
        try {
            var address = URI.create(value);
            return address.getHost() != null && List.of("http", "https").contains(address.getScheme());
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
