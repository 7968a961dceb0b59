package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line that matches, at its first match.
 *
 * @param line from 1 on
 * @param column in characters, from 1 on
 * @param content of the line the first 4096 characters, as of those before and behind it
 */
@Serdeable
public record GrepMatch(
        String file,
        long line,
        long column,
        String content,
        @Nullable List<String> contextBefore,
        @Nullable List<String> contextAfter) {}
