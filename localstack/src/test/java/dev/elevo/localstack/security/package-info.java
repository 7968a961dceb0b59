/** What an attacker tries, one attempt after the other: the promises of docs/security.md, kept to by a test. */
@NullMarked
package dev.elevo.localstack.security;

import org.jspecify.annotations.NullMarked;
