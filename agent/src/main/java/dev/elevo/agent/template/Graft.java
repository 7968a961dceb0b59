package dev.elevo.agent.template;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A layer over a template's files with what every sandbox needs: mount points, a user with a home. In a layer of its own, because
 * in the template a name may lead anywhere.
 */
final class Graft {
    private static final int USER = 1000;
    private static final int READABLE = 0755;
    private static final int MOST_ACCOUNTS = 1 << 20;
    private static final List<String> DIRECTORIES =
            List.of("dev", "etc", "home", "home/user", "proc", "sys", "run", "tmp", "var", "var/tmp");
    private static final List<String> FOR_ALL = List.of("tmp", "var/tmp");

    private final Path tree;
    private final Path graft;
    private final Owners owners;

    Graft(Path tree, Path graft, Owners owners) {
        this.tree = tree;
        this.graft = graft;
        this.owners = owners;
    }

    void make(String shell) throws IOException {
        directory(graft, 0, READABLE);
        for (var name : DIRECTORIES) {
            directory(
                    graft.resolve(name),
                    name.equals("home/user") ? USER : 0,
                    FOR_ALL.contains(name) ? 01777 : READABLE);
        }
        if (!Files.exists(tree.resolve("root"), LinkOption.NOFOLLOW_LINKS)) {
            directory(graft.resolve("root"), 0, 0700);
        }
        accounts("passwd", "root:x:0:0:root:/root:" + shell, "user:x:1000:1000::/home/user:" + shell);
        accounts("group", "root:x:0:", "user:x:1000:");
    }

    /** Which of the two usual ones the template has. Only a guess: it may be found by a link that leads elsewhere inside. */
    String shell() {
        return Stream.of("bin/bash", "usr/bin/bash")
                        .anyMatch(name -> Files.exists(tree.resolve(name), LinkOption.NOFOLLOW_LINKS))
                ? "/bin/bash"
                : "/bin/sh";
    }

    private void directory(Path path, int owner, int mode) throws IOException {
        Files.createDirectory(path);
        owners.give(path, owner, owner);
        Owners.mode(path, mode);
    }

    /** Those of the template, and ours where it has none of that name. */
    private void accounts(String file, String... ours) throws IOException {
        var lines = new ArrayList<>(linesOf(tree.resolve("etc"), file));
        for (var line : ours) {
            var name = line.substring(0, line.indexOf(':') + 1);
            if (lines.stream().noneMatch(known -> known.startsWith(name))) {
                lines.add(line);
            }
        }
        var made = graft.resolve("etc").resolve(file);
        Files.writeString(made, String.join("\n", lines) + "\n", StandardCharsets.ISO_8859_1);
        owners.give(made, 0, 0);
        Owners.mode(made, 0644);
    }

    private static List<String> linesOf(Path etc, String name) throws IOException {
        var file = etc.resolve(name);
        if (!Files.isDirectory(etc, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) > MOST_ACCOUNTS) {
            return List.of();
        }
        // In an encoding that takes every byte: it is given on as it was.
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
