package dev.elevo.platform.lambda;

import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;

/**
 * Decides who may see a service inside a sandbox. Asked by the proxy in front of the sandboxes with an event of its own, never by
 * HTTP: the answer opens the port.
 */
public interface PreviewDoor {
    PreviewAnswer admit(PreviewVisit visit);
}
