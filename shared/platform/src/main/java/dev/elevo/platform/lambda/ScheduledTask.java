package dev.elevo.platform.lambda;

/** Work an area does on a timed event; the bean is found by the name of the area's schedule. */
public interface ScheduledTask {
    String name();

    void run();
}
