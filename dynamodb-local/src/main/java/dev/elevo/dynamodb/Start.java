package dev.elevo.dynamodb;

import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * DynamoDB Local from a loader of its own, with its libraries on the class path. The manifest of its jar names the folder the jar lies in,
 * and a JVM makes no AOT cache of a class path with a folder on it; so the libraries, which are most of a start, can be in a cache.
 */
public final class Start {
    private Start() {}

    /**
     * Starts it in this process.
     *
     * @param arguments the jar, and what DynamoDB Local itself is told
     */
    public static void main(String[] arguments) throws MalformedURLException, ReflectiveOperationException {
        var jar = new URL[] {Path.of(arguments[0]).toUri().toURL()};
        // Never closed: what it has loaded is the program.
        var loader = new URLClassLoader("dynamodb-local", jar, Start.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        try {
            loader.loadClass("software.amazon.dynamodb.services.local.main.ServerRunner")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("DynamoDB Local does not start", e.getCause());
        }
    }
}
