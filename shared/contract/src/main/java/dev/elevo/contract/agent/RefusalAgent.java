package dev.elevo.contract.agent;

import java.util.List;

/** What a host has refused, for the trail that it has no way to. */
public interface RefusalAgent {
    /** What nobody has {@linkplain #forget recorded} yet, as many kinds of it as there is room for. */
    List<RefusedCalls> refused();

    /** It is recorded. What is not there any more does not matter. */
    void forget(List<String> ids);
}
