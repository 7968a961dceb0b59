package dev.elevo.cli;

import dev.elevo.client.Pages;
import dev.elevo.client.api.AdminApi;
import dev.elevo.client.model.ApiKeyInfoPage;
import dev.elevo.client.model.CreateKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "key", description = "Your API keys.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class KeyCommand implements Runnable {
    /** Of a page. */
    private static final int MOST = 100;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which of them?");
    }

    @Command(description = "Make one, and say it, this once.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Service service,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--scope",
                            split = ",",
                            description = "What it may, such as sandbox:read (what the key in use may)")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--expires", paramLabel = "TIME", description = "From now on (never)") @Nullable
                    Milliseconds expires) {
        var request = CreateKey.builder()
                .name(name)
                .permissions(scopes)
                .expiresAt(expires == null ? null : Instant.now().plusMillis(expires.value()));
        try (var workspace = service.connect()) {
            var key = workspace.api().admin().createKey(request.build());
            service.show(key, String.valueOf(key.key()));
            return 0;
        }
    }

    @Command(aliases = "ls", description = "Show those there are.", mixinStandardHelpOptions = true)
    int list(@Mixin Service service) {
        try (var workspace = service.connect()) {
            var admin = workspace.api().admin();
            service.showAll(
                    Pages.all(
                                    cursor -> admin.listKeys(new AdminApi.ListKeysQuery()
                                            .limit(MOST)
                                            .cursor(cursor)),
                                    ApiKeyInfoPage::data,
                                    ApiKeyInfoPage::pagination)
                            .toList(),
                    List.of("ID", "NAME", "KEY", "ACTIVE", "AGE", "SCOPES"),
                    key -> List.of(
                            key.id(),
                            key.name(),
                            key.prefix() + "…",
                            key.active(),
                            Service.age(key.createdAt()),
                            String.join(",", key.permissions())));
            return 0;
        }
    }

    @Command(description = "Revoke some, at once.", mixinStandardHelpOptions = true)
    int rm(@Mixin Service service, @Parameters(paramLabel = "ID", arity = "1..*") List<String> keys) {
        try (var workspace = service.connect()) {
            return service.each(keys, workspace.api().admin()::revokeKey);
        }
    }
}
