/** What the packages of functions know of themselves, so that no start has to look for it; who knows it are classes that the packaging writes. */
@NullMarked
package dev.elevo.platform.startup;

import org.jspecify.annotations.NullMarked;
