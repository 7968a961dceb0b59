package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What comes with F40000.
 *
 * @param errors none where it is the request as a whole
 */
@Serdeable
record BrokenInput(@JsonInclude(JsonInclude.Include.ALWAYS) List<BrokenField> errors) {}
