package dev.elevo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColdEnvironmentTest {
    /** Empty in a deployment of which nothing is chosen, or a word that is compared. */
    private static final Set<String> WITHOUT_PARTS = Set.of(
            "ELEVO_CORS_ORIGINS",
            "ELEVO_DOC_URL",
            "ELEVO_FRONT_DOOR_SECRET",
            "ELEVO_JWKS_URL",
            "ELEVO_JWT_AUDIENCE",
            "ELEVO_JWT_ISSUER",
            "ELEVO_PUSH_ANDROID",
            "ELEVO_PUSH_IOS",
            "ELEVO_ROTATION",
            "ELEVO_UPSTREAM_ALLOW");

    private static final Map<String, String> PEOPLE = Map.of(
            "ELEVO_POSTGRES_URL", "",
            "ELEVO_POSTGRES_USER", "",
            "ELEVO_POSTGRES_PASSWORD", "",
            "ELEVO_POSTGRES_CONNECTIONS", "",
            "ELEVO_POSTGRES_PATIENCE_MS", "");

    @ParameterizedTest
    @EnumSource
    void a_function_is_told_what_the_stack_tells_it(Area area) throws Exception {
        var tables = new DynamoConfiguration("elevo", "elevo-sandboxes", "http://localhost", "us-east-1", 1);

        var told = ColdEnvironment.of(area, tables, PEOPLE).keySet();

        var deployed = new TreeSet<>(deployed(area));
        deployed.removeAll(WITHOUT_PARTS);
        assertThat(new TreeSet<>(told)).isEqualTo(deployed);
    }

    private static Set<String> deployed(Area area) throws Exception {
        var template = Json.object(
                Files.readString(LocalRun.repository().resolve("infra-cdk/src/test/golden/Elevo.template.json")));
        var id = map(template, "Resources").keySet().stream()
                .filter(name -> name.matches(area.areaName() + "Function[0-9A-F]{8}"))
                .findFirst()
                .orElseThrow();
        var function = map(map(map(template, "Resources"), id), "Properties");
        return map(map(function, "Environment"), "Variables").keySet();
    }

    @SuppressWarnings("unchecked") // a JSON object of what has names
    private static Map<String, Object> map(Map<String, Object> object, String name) {
        return (Map<String, Object>) Objects.requireNonNull(object.get(name), name);
    }
}
