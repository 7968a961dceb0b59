package dev.elevo.agent.lsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.ApplyWorkspaceEditResponse;
import org.eclipse.lsp4j.ConfigurationParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.RegistrationParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.UnregistrationParams;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.services.LanguageClient;

/** What a server may ask of us: its settings, and little else. It is answered at once, by the thread that hears it. */
final class ClientSide implements LanguageClient {
    private static final int MOST_ITEMS = 100;

    private final Settings settings;
    private final WorkspaceFolder folder;
    private final Published published;

    ClientSide(Settings settings, WorkspaceFolder folder, Published published) {
        this.settings = settings;
        this.folder = folder;
        this.published = published;
    }

    @Override
    public void publishDiagnostics(PublishDiagnosticsParams params) {
        published.publish(
                FileUris.normal(params.getUri()),
                params.getVersion(),
                Objects.requireNonNullElse(params.getDiagnostics(), List.of()));
    }

    @Override
    @SuppressWarnings("NullAway") // the protocol answers null for settings that nobody has made
    public CompletableFuture<List<Object>> configuration(ConfigurationParams params) {
        var answers = new ArrayList<Object>();
        params.getItems().stream().limit(MOST_ITEMS).forEach(item -> answers.add(settings.section(item.getSection())));
        return CompletableFuture.completedFuture(answers);
    }

    @Override
    public CompletableFuture<List<WorkspaceFolder>> workspaceFolders() {
        return CompletableFuture.completedFuture(List.of(folder));
    }

    @Override
    public CompletableFuture<ApplyWorkspaceEditResponse> applyEdit(ApplyWorkspaceEditParams params) {
        return CompletableFuture.completedFuture(new ApplyWorkspaceEditResponse(false));
    }

    @Override
    public CompletableFuture<Void> registerCapability(RegistrationParams params) {
        return done();
    }

    @Override
    public CompletableFuture<Void> unregisterCapability(UnregistrationParams params) {
        return done();
    }

    @Override
    public CompletableFuture<Void> createProgress(WorkDoneProgressCreateParams params) {
        return done();
    }

    @Override
    public CompletableFuture<Void> refreshSemanticTokens() {
        return done();
    }

    @Override
    public CompletableFuture<Void> refreshCodeLenses() {
        return done();
    }

    @Override
    public CompletableFuture<Void> refreshInlayHints() {
        return done();
    }

    @Override
    public CompletableFuture<Void> refreshDiagnostics() {
        return done();
    }

    @SuppressWarnings("NullAway") // there is no other value of Void
    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    @SuppressWarnings("NullAway") // nobody is there to choose
    public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void notifyProgress(ProgressParams params) {}

    @Override
    public void telemetryEvent(Object event) {}

    @Override
    public void showMessage(MessageParams message) {}

    @Override
    public void logMessage(MessageParams message) {}
}
