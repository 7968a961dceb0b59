package dev.elevo.conformance.dsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that one case asked and was told, and what of it no answer may be. */
public final class Trace {
    /**
     * That an endpoint was seen to answer so.
     *
     * @param endpoint by its name; empty where it is none of the description
     * @param code 0 for a success
     */
    public record Seen(String endpoint, int code) {}

    private final Description description;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Seen> seen = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();

    Trace(Description description) {
        this.description = description;
    }

    synchronized void add(Answer answer) {
        answers.add(answer);
        var operation = description.operation(answer.method(), answer.target());
        seen.add(new Seen(operation.map(Operation::name).orElse(""), answer.code()));
        var wrong = Manners.wrong(operation, answer, description);
        if (!wrong.isEmpty()) {
            breaches.add(String.join("; ", wrong) + "\n" + answer.shown());
        }
    }

    /** What is not told over plain HTTP. */
    synchronized void stream(String target) {
        description.operation("GET", target).ifPresent(found -> seen.add(new Seen(found.name(), 0)));
    }

    public synchronized Optional<Answer> last() {
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers.getLast());
    }

    public synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    public synchronized List<String> breaches() {
        return List.copyOf(breaches);
    }
}
