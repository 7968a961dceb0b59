package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.SandboxState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sandboxes of an organization are wanted.
 *
 * @param states any of these; none named means every one that is not deleted
 * @param labels all of these
 * @param search a part of the name, in any case
 */
public record SandboxFilter(
        Set<SandboxState> states,
        Map<String, String> labels,
        @Nullable String search,
        @Nullable String templateId,
        @Nullable String target,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore) {

    public static final SandboxFilter NONE = new SandboxFilter(Set.of(), Map.of(), null, null, null, null, null);

    public SandboxFilter {
        states = states.isEmpty() ? EnumSet.complementOf(EnumSet.of(SandboxState.DELETED)) : Set.copyOf(states);
        labels = Map.copyOf(labels);
        search = search == null ? null : search.toLowerCase(Locale.ROOT);
    }

    /** Whether the state alone decides, so that neither counting nor skipping has to read the sandboxes themselves. */
    boolean byStateOnly() {
        return labels.isEmpty()
                && search == null
                && templateId == null
                && target == null
                && createdAfter == null
                && createdBefore == null;
    }

    boolean includesDeleted() {
        return states.contains(SandboxState.DELETED);
    }

    boolean includesLiving() {
        return states.size() > (includesDeleted() ? 1 : 0);
    }

    boolean matches(Sandbox sandbox) {
        var settings = sandbox.settings();
        return states.contains(sandbox.state())
                && settings.labels().entrySet().containsAll(labels.entrySet())
                && (search == null || sandbox.name().contains(search))
                && (templateId == null || templateId.equals(settings.template()))
                && (target == null || target.equals(settings.target()))
                && (createdAfter == null || sandbox.times().createdAt().isAfter(createdAfter))
                && (createdBefore == null || sandbox.times().createdAt().isBefore(createdBefore));
    }
}
