package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What {@link VolumeAgent#look} is asked, on its way. */
@Serdeable
public record LookAtVolumes(List<String> ids) {}
