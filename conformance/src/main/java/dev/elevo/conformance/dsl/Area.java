package dev.elevo.conformance.dsl;

import java.util.ArrayList;
import java.util.List;

/** The statements about one area, said in its constructor. */
public abstract class Area {
    private final String name;
    private final List<Case> cases = new ArrayList<>();
    private String endpoint = "";

    protected Area(String name) {
        this.name = name;
    }

    /** What the next statements are about. */
    protected final void endpoint(String verbAndPath) {
        endpoint = verbAndPath;
    }

    protected final void statement(String words, Check check) {
        cases.add(new Case(name, endpoint, words, check));
    }

    public final String name() {
        return name;
    }

    public final List<Case> cases() {
        return List.copyOf(cases);
    }
}
