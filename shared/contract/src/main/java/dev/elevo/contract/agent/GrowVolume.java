package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** What {@link VolumeAgent#resize} is asked, on its way. */
@Serdeable
public record GrowVolume(int gigabytes) {}
