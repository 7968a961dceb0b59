/** What a program knows of its jars, so that no start has to look for it; who knows it are classes that the packaging writes. */
@NullMarked
package dev.elevo.startup;

import org.jspecify.annotations.NullMarked;
