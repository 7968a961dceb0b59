/** Searches and watches on the files of the test, without any walls around them. */
@NullMarked
package dev.elevo.agent.files;

import org.jspecify.annotations.NullMarked;
