@NullMarked
package dev.elevo.s3;

import org.jspecify.annotations.NullMarked;
