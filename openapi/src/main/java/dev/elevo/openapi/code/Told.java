package dev.elevo.openapi.code;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the code of a controller method tells. */
public final class Told {
    private static final String DEFAULT = "default";

    /** Where a parameter stands. */
    enum Place {
        QUERY,
        FORM,
        BODY
    }

    private record Named(Place place, String name) {}

    private final Map<Place, Map<String, Read>> read = new EnumMap<>(Place.class);
    private final Set<Named> needed = new HashSet<>();
    private final Set<Named> lookedFor = new HashSet<>();
    private final Set<Integer> statuses = new TreeSet<>();

    public Collection<Read> query() {
        return all(Place.QUERY);
    }

    /** The fields of a form beside its file. */
    public Collection<Read> form() {
        return all(Place.FORM);
    }

    /** The fields of a body that is read by hand. */
    public Collection<Read> body() {
        return all(Place.BODY);
    }

    public Set<Integer> statuses() {
        return Set.copyOf(statuses);
    }

    private Collection<Read> all(Place place) {
        return of(place).values().stream().map(found -> whole(place, found)).toList();
    }

    /** Where the code looks whether it is there, that decides, and the value for its absence means nothing. */
    private Read whole(Place place, Read found) {
        var named = new Named(place, found.name());
        var isLookedFor = lookedFor.contains(named);
        var isNeeded = needed.contains(named) || (found.required() && !isLookedFor);
        var schema = new LinkedHashMap<>(found.schema());
        if (isNeeded || isLookedFor) {
            schema.remove(DEFAULT);
        }
        return new Read(found.name(), schema, isNeeded);
    }

    void add(Place place, Read parameter) {
        of(place).putIfAbsent(parameter.name(), parameter);
    }

    void needs(Place place, String name) {
        needed.add(new Named(place, name));
    }

    void looksFor(Place place, String name) {
        lookedFor.add(new Named(place, name));
    }

    void answers(int status) {
        statuses.add(status);
    }

    private Map<String, Read> of(Place place) {
        return read.computeIfAbsent(place, any -> new LinkedHashMap<>());
    }
}
