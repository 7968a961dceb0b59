package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the guard about visits, and remembers what it said for a moment: a page is dozens of requests at once, and a sandbox that is
 * stopped or a key that is revoked must still count soon. Refusals that a retry does not heal are remembered too, so that a
 * flood of them costs little.
 */
final class Admissions {
    private static final Duration PASS_LIFE = Duration.ofSeconds(2);
    private static final Duration REFUSAL_LIFE = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(15);
    private static final int MOST_REMEMBERED = 10_000;
    private static final Set<ErrorCode> LASTING = EnumSet.of(
            ErrorCode.UNAUTHORIZED,
            ErrorCode.INVALID_TOKEN,
            ErrorCode.TOKEN_EXPIRED,
            ErrorCode.INSUFFICIENT_SCOPE,
            ErrorCode.FORBIDDEN,
            ErrorCode.SANDBOX_NOT_FOUND);

    private final PreviewGuard guard;
    private final Duration askAgain;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Asked> asked = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Admissions(PreviewGuard guard) {
        this(guard, ASK_AGAIN);
    }

    Admissions(PreviewGuard guard, Duration askAgain) {
        this.guard = guard;
        this.askAgain = askAgain;
    }

    /** How often a long visit is asked about again; that also counts as use of the sandbox. */
    Duration askAgain() {
        return askAgain;
    }

    /** Its age counts from the question: what happened after it may not be in the answer. */
    private record Asked(CompletableFuture<PreviewAnswer> answer, long atNanos) {
        boolean holds(long now) {
            if (!answer.isDone()) {
                return true;
            }
            return !answer.isCompletedExceptionally()
                    && now - atNanos < life(answer.join()).toNanos();
        }

        private static Duration life(PreviewAnswer answer) {
            var refusal = answer.refusal();
            if (refusal == null) {
                return PASS_LIFE;
            }
            var code = ErrorCode.ofNumber(refusal.code());
            return code != null && LASTING.contains(code) ? REFUSAL_LIFE : Duration.ZERO;
        }
    }

    /** Whoever asks the same at the same time gets the same answer. */
    CompletableFuture<PreviewAnswer> ask(PreviewVisit visit) {
        var key = key(visit);
        synchronized (asked) {
            var now = System.nanoTime();
            var before = asked.get(key);
            if (before != null && before.holds(now)) {
                return before.answer();
            }
            var answer = CompletableFuture.supplyAsync(() -> admit(visit), threads);
            asked.put(key, new Asked(answer, now));
            return answer;
        }
    }

    /** Also what is being asked: it may have been looked up before whatever happened. */
    void forgetAll() {
        synchronized (asked) {
            asked.clear();
        }
    }

    private PreviewAnswer admit(PreviewVisit visit) {
        try {
            return guard.admit(visit);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** A digest: credentials are not kept here. Each part with its length, so that no two visits are spelled alike. */
    private static String key(PreviewVisit visit) {
        var digest = sha256();
        add(digest, visit.sandboxId());
        add(digest, Integer.toString(visit.port()));
        add(digest, visit.address());
        add(digest, visit.ticket());
        add(digest, visit.authorization());
        add(digest, visit.apiKeyHeader());
        add(digest, visit.apiKeyQuery());
        var cookies = visit.cookieTickets();
        if (cookies != null) {
            cookies.forEach(cookie -> add(digest, cookie));
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static void add(MessageDigest digest, @Nullable String part) {
        var text = part == null ? "-" : part.length() + ":" + part;
        digest.update(text.getBytes(UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
