package dev.elevo.contract.agent;

import dev.elevo.contract.volume.Filesystem;
import io.micronaut.serde.annotation.Serdeable;

/** A volume as the agent makes it. */
@Serdeable
public record VolumeSpec(String id, int gigabytes, Filesystem filesystem) {}
