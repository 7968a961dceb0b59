package dev.elevo.localstack.gateway;

import java.util.Set;

/**
 * Whose names are previews, and who may see them.
 *
 * @param domains below which the names of previews are
 */
record Previews(Set<String> domains, Admissions admissions) {
    Previews {
        domains = Set.copyOf(domains);
    }
}
