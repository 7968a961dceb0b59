/** Blobs in a bucket of S3. */
@NullMarked
package dev.elevo.s3;

import org.jspecify.annotations.NullMarked;
