package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.infra.Resources.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What the template has of one area. */
record DeployedView(Resources resources, Area area) {

    /** A statement of a policy. */
    record Statement(List<String> actions, List<Object> resources, Map<String, Object> conditions) {}

    Resource function() {
        return only(resources.all("AWS::Lambda::Function").stream()
                .filter(function -> area.handlerClass().equals(function.at("Handler"))));
    }

    Resource alias() {
        return only(resources.all("AWS::Lambda::Alias").stream()
                .filter(alias -> Resources.target(alias.at("FunctionName"))
                        .equals(function().id())));
    }

    Resource mapping() {
        return only(resources.all("AWS::Lambda::EventSourceMapping").stream()
                .filter(mapping -> mapping.at("FunctionName").toString().contains(alias().id())));
    }

    Resource log() {
        var group = Objects.requireNonNull(function().map("LoggingConfig").get("LogGroup"));
        return only(resources.all("AWS::Logs::LogGroup").stream()
                .filter(log -> log.id().equals(Resources.target(group))));
    }

    Map<String, Object> environment() {
        return Resources.map(
                Objects.requireNonNull(function().map("Environment").get("Variables")));
    }

    String role() {
        return Resources.target(function().at("Role"));
    }

    List<Statement> statements() {
        return resources.all("AWS::IAM::Policy").stream()
                .filter(policy -> policy.list("Roles").stream()
                        .anyMatch(role -> Resources.target(role).equals(role())))
                .flatMap(DeployedView::statements)
                .toList();
    }

    List<String> actions() {
        return statements().stream()
                .flatMap(statement -> statement.actions().stream())
                .toList();
    }

    static Stream<Statement> statements(Resource policy) {
        return Resources.maps(
                        Objects.requireNonNull(policy.map("PolicyDocument").get("Statement")))
                .stream()
                .map(statement -> new Statement(
                        listed(Objects.requireNonNull(statement.get("Action"))).stream()
                                .map(String::valueOf)
                                .toList(),
                        listed(Objects.requireNonNull(statement.get("Resource"))),
                        Resources.map(statement.getOrDefault("Condition", Map.of()))));
    }

    static List<Object> listed(Object oneOrMany) {
        return oneOrMany instanceof List<?> many ? List.copyOf(many) : List.of(oneOrMany);
    }

    static Resource only(Stream<Resource> candidates) {
        var found = candidates.toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
