package dev.elevo.agent.template;

/** What the host has left for files. */
public interface Room {
    boolean isThere();
}
