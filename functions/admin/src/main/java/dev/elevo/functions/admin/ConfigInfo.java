package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/** What this deployment offers and where its limits are. */
@Serdeable
record ConfigInfo(
        String apiVersion,
        String version,
        List<String> templates,
        String defaultTemplate,
        List<String> targets,
        List<String> codeLanguages,
        List<String> lspLanguages,
        Map<String, Long> limits,
        Map<String, Boolean> features) {}
