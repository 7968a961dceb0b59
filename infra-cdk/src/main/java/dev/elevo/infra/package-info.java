/** The AWS deployment, made of the table of areas; knows no function's code. */
@NullMarked
package dev.elevo.infra;

import org.jspecify.annotations.NullMarked;
