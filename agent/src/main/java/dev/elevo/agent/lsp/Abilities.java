package dev.elevo.agent.lsp;

import dev.elevo.contract.Excerpt;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** What a server says that it can do: so much of it as we ask for. */
record Abilities(
        boolean documentSymbols,
        boolean workspaceSymbols,
        boolean completion,
        boolean hover,
        boolean definition,
        boolean references,
        boolean rename,
        boolean codeActions,
        boolean resolvesActions,
        boolean formatting,
        boolean rangeFormatting,
        boolean signatureHelp,
        boolean tellsDiagnostics,
        @Nullable String version) {

    static Abilities of(@Nullable InitializeResult answer) {
        var given = answer == null ? null : answer.getCapabilities();
        var all = given == null ? new ServerCapabilities() : given;
        var info = answer == null ? null : answer.getServerInfo();
        var version = info == null ? null : info.getVersion();
        return new Abilities(
                has(all.getDocumentSymbolProvider()),
                has(all.getWorkspaceSymbolProvider()),
                has(all.getCompletionProvider()),
                has(all.getHoverProvider()),
                has(all.getDefinitionProvider()),
                has(all.getReferencesProvider()),
                has(all.getRenameProvider()),
                has(all.getCodeActionProvider()),
                resolves(all.getCodeActionProvider()),
                has(all.getDocumentFormattingProvider()),
                has(all.getDocumentRangeFormattingProvider()),
                has(all.getSignatureHelpProvider()),
                has(all.getDiagnosticProvider()),
                version == null ? null : Excerpt.of(version));
    }

    private static boolean has(@Nullable Object provider) {
        return switch (provider) {
            case null -> false;
            case Boolean said -> said;
            case Either<?, ?> either -> !Boolean.FALSE.equals(either.get());
            default -> true;
        };
    }

    /** Some servers make an edit only for an action that is chosen. */
    private static boolean resolves(@Nullable Either<Boolean, CodeActionOptions> provider) {
        return provider != null
                && provider.isRight()
                && Boolean.TRUE.equals(provider.getRight().getResolveProvider());
    }
}
