package dev.elevo.platform.identity;

/** Notes, to the minute, when a key was last used. */
public interface KeyUses {
    void note(String keyId);
}
