package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.functions.admin.gateway.Instance;
import dev.elevo.functions.admin.gateway.RouteSettings;
import dev.elevo.functions.admin.gateway.TargetUrl;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.Visitors;
import io.micronaut.http.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request on its way, in the steps of the contract (5.6). */
final class Exchange {
    private static final Set<Integer> WORTH_ANOTHER = Set.of(502, 503, 504);
    private static final Set<String> DONE_ONCE = Set.of("POST", "PATCH");
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final int SERVER_ERRORS = 500;
    private static final String API_KEY = "api_key";

    private final Exchanges shared;
    private final HttpRequest<?> request;
    private final Plans plans;
    private final Plan plan;
    private final RouteSettings settings;
    private final String path;
    private final Call call;
    private final long deadline;
    private @Nullable Principal caller;

    /** How it ended. */
    sealed interface End {
        /**
         * The upstream's answer.
         *
         * @param isHit whether it came from the cache; null where there is none
         */
        record Passed(UpstreamAnswer answer, @Nullable Boolean isHit) implements End {}

        record Refused(Refusal refusal) implements End {}
    }

    Exchange(Exchanges shared, HttpRequest<?> request, Plans plans, Plan.Match match) {
        this.shared = shared;
        this.request = request;
        this.plans = plans;
        this.plan = match.plan();
        this.settings = plan.settings();
        this.path = match.path();
        this.call = Call.of(request);
        var budget = Duration.ofSeconds(settings.timeoutSeconds());
        this.deadline =
                System.nanoTime() + (budget.compareTo(shared.longest()) < 0 ? budget : shared.longest()).toNanos();
    }

    End run() {
        if (!plan.isForAnyone()) {
            var identified = shared.visitors().identify(forms(), call);
            caller = identified;
            if (!plan.admits(identified)) {
                countInWindow(); // each such refusal is in the trail, which nobody fills faster than his limit
                return new End.Refused(Refusal.permissionMissing(settings));
            }
        }
        countInWindow();
        checkBody();
        if (RequestHeaders.isLoop(request, plans.rules().deployment())) {
            return new End.Refused(Refusal.loop());
        }
        return settings.circuitBreaker() ? guarded(shared.circuits().of(settings.serviceName())) : cached(null);
    }

    private Visitors.Forms forms() {
        return new Visitors.Forms(
                request.getHeaders().get("authorization"),
                request.getHeaders().get("x-api-key"),
                request.getParameters().get(API_KEY));
    }

    private void countInWindow() {
        var decision = shared.limiter().take(plan.route().id().toString(), callerName(), settings.requestsPerMinute());
        call.limited(decision);
        if (!decision.allowed()) {
            throw new Failure.Limited(decision.limit(), decision.resetAt(), decision.retryAfter()).asException();
        }
    }

    private void checkBody() {
        if (RawRequest.of(request).rawBody().length > shared.mostBodyBytes()) {
            throw new Failure.Refused(
                            ErrorCode.FILE_TOO_LARGE,
                            "The request body is larger than " + shared.mostBodyBytes() + " bytes")
                    .asException();
        }
    }

    /** Two organizations may have users of one name. */
    private String callerName() {
        var known = caller;
        return known == null
                ? "address#" + call.remoteAddress()
                : "user#" + known.organizationId().length() + "#" + known.organizationId() + "#" + known.userId();
    }

    private End guarded(Circuit circuit) {
        return switch (circuit.enter()) {
            case Circuit.Shut(var left) -> new End.Refused(Refusal.circuitOpen(left));
            case Circuit.Pass pass -> {
                try (pass) {
                    yield cached(pass);
                }
            }
        };
    }

    private End cached(Circuit.@Nullable Pass pass) {
        if (!settings.cached() || !request.getMethodName().equals("GET") || hasBody() || isPersonal()) {
            return attempts(pass);
        }
        var key = new AnswerCache.Key(
                plan.route().id() + "@" + plan.route().updatedAt(),
                target(),
                header("accept"),
                header("accept-encoding"),
                header("origin"),
                header("host"),
                caller == null ? "" : callerName() + "#" + String.join(",", caller.scopes()));
        var kept = shared.cache().find(key);
        if (kept.isPresent()) {
            return new End.Passed(kept.get(), true);
        }
        var end = attempts(pass);
        if (end instanceof End.Passed(var answer, var ignored)) {
            shared.cache().keep(key, answer, Duration.ofSeconds(settings.cacheSeconds()));
            return new End.Passed(answer, false);
        }
        return end;
    }

    /** No part of the key, and some upstreams answer by it. */
    private boolean hasBody() {
        return RawRequest.of(request).rawBody().length > 0;
    }

    /** Who shows something that nobody here looks at may get an answer that is his alone. */
    private boolean isPersonal() {
        var headers = request.getHeaders();
        return headers.contains("cookie") || (caller == null && headers.contains("authorization"));
    }

    private String header(String name) {
        return String.join(",", request.getHeaders().getAll(name));
    }

    private End attempts(Circuit.@Nullable Pass pass) {
        var tried = new ArrayList<UUID>();
        var target = target();
        var headers = RequestHeaders.forwarded(
                request,
                new RequestHeaders.Facts(
                        call.requestId(),
                        call.remoteAddress(),
                        plans.rules().deployment(),
                        plan.route().id().toString(),
                        caller));
        for (int attempt = 0; ; attempt++) {
            var address = plan.target().address();
            Instance instance = null;
            var isLast = true;
            if (address == null) {
                var healthy = plans.healthy(settings.serviceName());
                if (healthy.isEmpty()) {
                    return new End.Refused(Refusal.noInstance(settings.serviceName()));
                }
                instance = shared.balance().choose(settings.balance(), healthy, tried);
                tried.add(instance.id());
                isLast = tried.size() >= healthy.size();
                address = new TargetUrl.Address(
                        instance.settings().protocol(),
                        instance.settings().host(),
                        instance.settings().port());
            }
            var outcome = ask(address, instance, target, headers);
            if (attempt >= settings.retries() || !deservesAnother(outcome, isLast) || !pause(attempt)) {
                return end(outcome, pass);
            }
        }
    }

    private Upstream.Outcome ask(
            TargetUrl.Address address,
            @Nullable Instance instance,
            String target,
            List<UpstreamAnswer.Header> headers) {
        var wanted = new Upstream.Call(
                address.scheme(),
                address.host(),
                address.port(),
                request.getMethodName(),
                target,
                headers,
                RawRequest.of(request).rawBody());
        if (instance == null) {
            return shared.upstream().ask(wanted, deadline);
        }
        shared.balance().opened(instance);
        try {
            return shared.upstream().ask(wanted, deadline);
        } finally {
            shared.balance().closed(instance);
        }
    }

    /**
     * What may have been done is done again only where twice is as good as once.
     *
     * @param isLast whether there is no place that has not been tried
     */
    private boolean deservesAnother(Upstream.Outcome outcome, boolean isLast) {
        var repeatable = !DONE_ONCE.contains(request.getMethodName());
        return switch (outcome) {
            case Upstream.Outcome.Unreached(var obstacle) -> !isLast || obstacle != Upstream.Obstacle.FORBIDDEN;
            case Upstream.Outcome.Answered(var answer) -> repeatable && WORTH_ANOTHER.contains(answer.status());
            case Upstream.Outcome.Lost lost -> repeatable;
            case Upstream.Outcome.Broken broken -> false;
            case Upstream.Outcome.TooLarge large -> false;
            case Upstream.Outcome.Late late -> false;
            case Upstream.Outcome.Unasked unasked -> false;
        };
    }

    /** False when there is no time for another attempt. */
    private boolean pause(int attempt) {
        var millis = Math.min(FIRST_PAUSE_MILLIS << attempt, LONGEST_PAUSE_MILLIS);
        if (deadline - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(millis)) {
            return false;
        }
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static End end(Upstream.Outcome outcome, Circuit.@Nullable Pass pass) {
        if (pass != null) {
            switch (verdict(outcome)) {
                case FAILED -> pass.failed();
                case SUCCEEDED -> pass.succeeded();
                case NEITHER -> {} // the next one may try
            }
        }
        return switch (outcome) {
            case Upstream.Outcome.Answered(var answer)
            when answer.status() < SERVER_ERRORS -> new End.Passed(answer, null);
            case Upstream.Outcome.Answered(var answer) ->
                new End.Refused(Refusal.badUpstream("The upstream answered " + answer.status(), answer.status()));
            case Upstream.Outcome.Unreached(var obstacle) -> new End.Refused(Refusal.badUpstream(obstacle.words()));
            case Upstream.Outcome.Lost lost ->
                new End.Refused(Refusal.badUpstream("The upstream broke the connection"));
            case Upstream.Outcome.TooLarge(var status) ->
                new End.Refused(Refusal.badUpstream(
                        "The upstream's answer has more than " + Upstream.LARGEST + " bytes", status));
            case Upstream.Outcome.Broken(var why) -> new End.Refused(Refusal.badUpstream(why));
            case Upstream.Outcome.Late late -> new End.Refused(Refusal.timeUp());
            case Upstream.Outcome.Unasked unasked -> new End.Refused(Refusal.timeUp());
        };
    }

    /** What an outcome says of the service. */
    private enum Verdict {
        SUCCEEDED,
        FAILED,
        NEITHER
    }

    private static Verdict verdict(Upstream.Outcome outcome) {
        return switch (outcome) {
            case Upstream.Outcome.Answered(var answer) ->
                answer.status() < SERVER_ERRORS ? Verdict.SUCCEEDED : Verdict.FAILED;
            // The service is well; it is our limit that keeps the answer back.
            case Upstream.Outcome.TooLarge(var status) -> status < SERVER_ERRORS ? Verdict.NEITHER : Verdict.FAILED;
            case Upstream.Outcome.Unasked unasked -> Verdict.NEITHER;
            case Upstream.Outcome.Unreached unreached -> Verdict.FAILED;
            case Upstream.Outcome.Lost lost -> Verdict.FAILED;
            case Upstream.Outcome.Broken broken -> Verdict.FAILED;
            case Upstream.Outcome.Late late -> Verdict.FAILED;
        };
    }

    private String target() {
        var query = query();
        return path + (query.isEmpty() ? "" : "?" + query);
    }

    /** Without our own credential, however its name is spelt. */
    private String query() {
        var query = new StringBuilder(plan.target().query());
        var sent = request.getUri().getRawQuery();
        if (sent != null && !sent.isEmpty()) {
            for (var parameter : sent.split("&", -1)) {
                if (!isKey(parameter)) {
                    query.append(query.isEmpty() ? "" : "&").append(parameter);
                }
            }
        }
        return query.toString();
    }

    private static boolean isKey(String parameter) {
        var equals = parameter.indexOf('=');
        var name = equals < 0 ? parameter : parameter.substring(0, equals);
        return name.equals(API_KEY)
                || (name.indexOf('%') >= 0
                        && URLDecoder.decode(name, StandardCharsets.UTF_8).equals(API_KEY));
    }
}
