package dev.elevo.platform.sandbox;

import dev.elevo.platform.dynamo.KeyWalk;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Two walks as one, without the states that are not wanted. */
final class MergedWalk implements Iterator<KeyWalk.Step> {
    private final Iterator<KeyWalk.Step> left;
    private final Iterator<KeyWalk.Step> right;
    private final Comparator<KeyWalk.Step> order;
    private final SandboxFilter filter;
    private KeyWalk.@Nullable Step nextLeft;
    private KeyWalk.@Nullable Step nextRight;

    MergedWalk(
            Iterator<KeyWalk.Step> left,
            Iterator<KeyWalk.Step> right,
            Comparator<KeyWalk.Step> order,
            SandboxFilter filter) {
        this.left = left;
        this.right = right;
        this.order = order;
        this.filter = filter;
        nextLeft = advance(left);
        nextRight = advance(right);
    }

    @Override
    public boolean hasNext() {
        return nextLeft != null || nextRight != null;
    }

    @Override
    public KeyWalk.Step next() {
        var l = nextLeft;
        var r = nextRight;
        if (l != null && (r == null || order.compare(l, r) <= 0)) {
            nextLeft = advance(left);
            return l;
        }
        if (r == null) {
            throw new NoSuchElementException();
        }
        nextRight = advance(right);
        return r;
    }

    private KeyWalk.@Nullable Step advance(Iterator<KeyWalk.Step> steps) {
        while (steps.hasNext()) {
            var step = steps.next();
            if (filter.states().contains(SandboxKeys.state(step.indexKey()))) {
                return step;
            }
        }
        return null;
    }
}
