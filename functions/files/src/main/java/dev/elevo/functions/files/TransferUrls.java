package dev.elevo.functions.files;

import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.TransferTicket.Direction;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.files.SignedUrl;
import dev.elevo.platform.engine.FileTransfers;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes addresses by which whoever holds them moves the content of one file. */
@Singleton
class TransferUrls {
    /** Of the address to which a download is redirected, which is used at once. */
    private static final Duration OF_A_REDIRECT = Duration.ofMinutes(5);

    private static final int NONCE_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");

    private final FileTransfers transfers;
    private final InstantSource clock;

    TransferUrls(FileTransfers transfers, InstantSource clock) {
        this.transfers = transfers;
        this.clock = clock;
    }

    SignedUrl upload(HttpRequest<?> request, String sandboxId, WriteFile target, Duration life) {
        var expiresAt = until(life);
        var ticket = new TransferTicket(
                Direction.UPLOAD,
                sandboxId,
                expiresAt,
                nonce(),
                target.user(),
                0,
                null,
                target.mode(),
                target.overwrite(),
                target.createParents(),
                target.path());
        return new SignedUrl(address(request, ticket), "PUT", target.path(), expiresAt);
    }

    SignedUrl download(HttpRequest<?> request, String sandboxId, String path, @Nullable String user, Duration life) {
        var ticket = ticket(Direction.DOWNLOAD, sandboxId, path, 0, null, user, life);
        return new SignedUrl(address(request, ticket), "GET", path, ticket.expiresAt());
    }

    /** The whole file by its name. */
    String redirect(HttpRequest<?> request, String sandboxId, String path, @Nullable String user) {
        return address(request, ticket(Direction.DOWNLOAD, sandboxId, path, 0, null, user, OF_A_REDIRECT));
    }

    /** A part of it as bytes. */
    String redirect(
            HttpRequest<?> request,
            String sandboxId,
            String path,
            long offset,
            @Nullable Long length,
            @Nullable String user) {
        return address(request, ticket(Direction.RAW, sandboxId, path, offset, length, user, OF_A_REDIRECT));
    }

    private TransferTicket ticket(
            Direction direction,
            String sandboxId,
            String path,
            long offset,
            @Nullable Long length,
            @Nullable String user,
            Duration life) {
        return new TransferTicket(
                direction, sandboxId, until(life), nonce(), user, offset, length, null, false, false, path);
    }

    private Instant until(Duration life) {
        return clock.instant().plus(life).truncatedTo(ChronoUnit.MILLIS);
    }

    private static String nonce() {
        var bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** At the host by which the client has reached us, since that is one he can reach. */
    private String address(HttpRequest<?> request, TransferTicket ticket) {
        var host = request.getHeaders().get(HttpHeaders.HOST);
        var reached = host != null && HOST.matcher(host).matches() ? host : "localhost";
        var protocol = "https".equals(request.getHeaders().get("X-Forwarded-Proto")) ? "https" : "http";
        return transfers.address(protocol + "://" + reached, ticket);
    }
}
