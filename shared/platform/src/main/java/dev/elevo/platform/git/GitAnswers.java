package dev.elevo.platform.git;

import dev.elevo.contract.OperationResult;
import dev.elevo.contract.Page;
import dev.elevo.contract.git.BranchInfo;
import dev.elevo.contract.git.CheckedOut;
import dev.elevo.contract.git.ClonedRepository;
import dev.elevo.contract.git.MadeRepository;
import dev.elevo.contract.git.MergedBranch;
import dev.elevo.contract.git.PulledCommits;
import dev.elevo.contract.git.PushedCommits;
import dev.elevo.contract.git.ResetInfo;
import dev.elevo.contract.git.StashedChanges;
import dev.elevo.contract.process.RunResult;
import dev.elevo.platform.lambda.AnswerSize;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a call for a repository answers, made of how its git ended: at once, or later to whoever asks for the result. */
@Singleton
public final class GitAnswers {
    /** Of what git wrote: of it an answer cannot become larger than there is room for, with its names and with each character escaped. */
    private static final int SURELY_FITS = AnswerSize.MOST_BYTES / 14;

    private final ObjectMapper json;

    GitAnswers(ObjectMapper json) {
        this.json = json;
    }

    /** To be given to the run. */
    public String mark(GitCall call) {
        try {
            return json.writeValueAsString(call);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The call's answer, or its failure. */
    public HttpResponse<?> of(RunResult result, String mark) {
        var call = call(mark);
        var ended = Ended.of(result);
        if (ended.timedOut() || ended.exitCode() != 0) {
            throw GitFailures.of(call, ended);
        }
        var output = ended.output();
        if (ended.truncated()) {
            throw GitFailures.tooLarge(call);
        }
        return switch (call.action()) {
            case CREATE_BRANCH -> HttpResponse.created(BranchReader.one(output));
            case DELETE_BRANCH -> HttpResponse.status(HttpStatus.NO_CONTENT);
            default -> {
                var body = body(call, output);
                if (output.length() > SURELY_FITS && lengthInJson(body) > AnswerSize.MOST_BYTES) {
                    throw GitFailures.tooLarge(call);
                }
                yield HttpResponse.ok(body);
            }
        };
    }

    private int lengthInJson(Object body) {
        try {
            return json.writeValueAsBytes(body).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GitCall call(String mark) {
        try {
            return Objects.requireNonNull(json.readValue(mark, GitCall.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object body(GitCall call, String output) {
        var fields = new Fields(output);
        return switch (call.action()) {
            case CLONE -> cloned(call, fields);
            case INIT ->
                new MadeRepository(
                        call.path(),
                        fields.next(),
                        fields.next().equals("true"),
                        fields.next().equals("yes"));
            case STATUS -> StatusReader.read(output, "ignored".equals(call.variant()));
            case LOG -> CommitReader.page(output, call.page(), call.limit());
            case DIFF -> DiffReader.read(output, Objects.requireNonNullElse(call.variant(), "unified"));
            case BRANCHES -> branches(call, BranchReader.list(output, "tracking".equals(call.variant())));
            case CHECKOUT -> checkedOut(fields);
            case ADD -> OperationResult.done("added");
            case COMMIT -> CommitReader.one(fields);
            case PUSH -> pushed(call, fields);
            case PULL -> pulled(fields);
            case FETCH -> OperationResult.done("fetched");
            case MERGE -> merged(fields);
            case RESET -> new ResetInfo(orNull(fields.next()), Objects.requireNonNullElse(call.variant(), "mixed"));
            case STASH -> stashed(call, fields);
            case CREATE_BRANCH, DELETE_BRANCH -> throw new IllegalStateException("answered with another status");
        };
    }

    private static ClonedRepository cloned(GitCall call, Fields fields) {
        var branch = orNull(fields.next());
        var commit = orNull(fields.next());
        return new ClonedRepository(
                call.path(),
                branch,
                commit,
                commit == null ? null : fields.rest().stripTrailing());
    }

    private static Page<BranchInfo> branches(GitCall call, List<BranchInfo> all) {
        if (!call.isPaged()) {
            return new Page<>(all, Page.Pagination.ofAll(all.size()));
        }
        var from = (int) Math.min((call.page() - 1L) * call.limit(), all.size());
        var to = Math.min(from + call.limit(), all.size());
        return new Page<>(all.subList(from, to), Page.Pagination.ofPage(call.page(), call.limit(), all.size()));
    }

    private static CheckedOut checkedOut(Fields fields) {
        var branch = orNull(fields.next());
        return new CheckedOut(branch, orNull(fields.next()), branch == null);
    }

    private static PushedCommits pushed(GitCall call, Fields fields) {
        var branch = orNull(fields.next());
        var isUpToDate = PushReport.of(fields.rest()).isUpToDate();
        return new PushedCommits(
                true,
                isUpToDate ? "nothing to push" : "pushed",
                Objects.requireNonNullElse(call.name(), "origin"),
                branch,
                isUpToDate);
    }

    private static PulledCommits pulled(Fields fields) {
        var branch = fields.next();
        var commit = orNull(fields.next());
        var isUpdated = !Objects.requireNonNullElse(commit, "").equals(fields.next());
        return new PulledCommits(true, isUpdated ? "updated" : "nothing new", branch, commit, isUpdated);
    }

    private static MergedBranch merged(Fields fields) {
        var before = fields.next();
        var after = fields.next();
        var theirs = fields.next();
        if (fields.next().equals("open")) {
            return new MergedBranch(true, false, false, null);
        }
        if (before.equals(after)) {
            return new MergedBranch(false, false, true, CommitReader.one(fields));
        }
        return new MergedBranch(true, after.equals(theirs), false, CommitReader.one(fields));
    }

    private static StashedChanges stashed(GitCall call, Fields fields) {
        var created = fields.next();
        var action = Objects.requireNonNullElse(call.variant(), "push");
        return new StashedChanges(
                true,
                created.equals("no") ? "nothing to stash" : "done",
                action,
                StashReader.read(fields),
                created.isEmpty() ? null : created.equals("yes"));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
