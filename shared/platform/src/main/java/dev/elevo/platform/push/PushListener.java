package dev.elevo.platform.push;

/** Wants to know at once what was written in this JVM. Called on the writer's thread: it must not wait for anything. */
public interface PushListener {
    void waits(PushOutbox.Key key);
}
