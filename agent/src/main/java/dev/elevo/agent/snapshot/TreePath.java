package dev.elevo.agent.snapshot;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Where a walk is, in bytes: names are not always text. */
final class TreePath {
    private final Deque<byte[]> names = new ArrayDeque<>();
    private int length;

    void enter(byte[] name) {
        names.addLast(name);
        length += name.length + 1;
    }

    void leave() {
        length -= names.removeLast().length + 1;
    }

    int depth() {
        return names.size();
    }

    byte[] resolve(byte[] name) {
        var path = ByteBuffer.allocate(length + name.length);
        names.forEach(part -> path.put(part).put((byte) '/'));
        return path.put(name).array();
    }
}
