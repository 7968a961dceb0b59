package dev.elevo.platform.microvm;

import java.time.Duration;
import java.util.List;

/**
 * The service that runs MicroVMs, as far as sandboxes need it. Every call may be repeated. What goes wrong is a
 * {@link MicrovmException}, after as many attempts as were of use.
 */
public interface Microvms {

    /** Starts one, or answers with the one that the same client token has started, whatever became of it. */
    Microvm run(RunMicrovm wanted);

    /** May be behind: whether one can be used is found out by connecting to it. */
    Microvm get(String microvmId);

    /** All of the image, those that ended some minutes ago included. */
    List<ListedMicrovm> list(String imageArn);

    void suspend(String microvmId);

    void resume(String microvmId);

    /** Ending what has ended, or is not there, is success. */
    void terminate(String microvmId);

    /** Opens one port of its endpoint. Who has connected stays so when it ends. */
    ProxyToken token(String microvmId, int port, Duration life);
}
