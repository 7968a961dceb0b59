package dev.elevo.functions.admin;

import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.process.CodeLanguages;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.push.PushConfiguration;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.List;

@Controller("/api/v1/config")
class ConfigController {
    private final Engine engine;
    private final Deployment deployment;
    private final Limits limits;
    private final PushConfiguration push;

    ConfigController(Engine engine, Deployment deployment, Limits limits, PushConfiguration push) {
        this.engine = engine;
        this.deployment = deployment;
        this.limits = limits;
        this.push = push;
    }

    /** Languages and features are what can be called today; each grows with the endpoint that brings it. */
    @Get
    @AnyCredential
    ConfigInfo getConfig() {
        var offer = engine.offer();
        return new ConfigInfo(
                "v1",
                deployment.version(),
                offer.templates(),
                "base",
                List.of(deployment.target()),
                CodeLanguages.ALL,
                LspLanguage.ALL,
                limits.inForce(),
                Features.of(offer, push.hasProviders()));
    }
}
