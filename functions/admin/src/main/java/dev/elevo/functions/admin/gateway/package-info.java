/** The dynamic gateway: the rules by which requests are forwarded, and who may change them (contract 5). */
@NullMarked
package dev.elevo.functions.admin.gateway;

import org.jspecify.annotations.NullMarked;
