/** What every part of Elevo agrees on: the error catalogue, the table of areas and the shapes shared by all endpoints. */
@NullMarked
package dev.elevo.contract;

import org.jspecify.annotations.NullMarked;
