package dev.elevo.platform.identity;

/** JWTs that were taken back before they expired. */
public interface RevokedTokens {
    boolean contains(String jti);
}
