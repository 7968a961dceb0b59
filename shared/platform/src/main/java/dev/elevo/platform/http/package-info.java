/** The way of every HTTP request around its controller: the filters, in order, and the one place that answers errors. */
@NullMarked
package dev.elevo.platform.http;

import org.jspecify.annotations.NullMarked;
