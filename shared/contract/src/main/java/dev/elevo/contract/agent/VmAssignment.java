package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What a machine is told when it starts, of the 4096 letters that there are for it: whose calls its agent may trust. It is no secret, and
 * nothing in it is of a sandbox: a machine may be ready long before somebody needs one.
 *
 * @param generation counts the machines that a sandbox has had; a repeated assignment is the same one
 * @param controlKey of the control plane: Ed25519, X.509, base64
 */
@Serdeable
public record VmAssignment(int generation, String controlKey) {}
