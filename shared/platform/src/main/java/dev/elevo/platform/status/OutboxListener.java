package dev.elevo.platform.status;

/** Wants to know at once what was written in this JVM. Called on the writer's thread: it must not wait for anything. */
public interface OutboxListener {
    void changed(String organizationId);
}
