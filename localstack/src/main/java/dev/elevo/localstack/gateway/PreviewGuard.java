package dev.elevo.localstack.gateway;

import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;

/** Decides who may see a service inside a sandbox. Called on a virtual thread; it may block. */
public interface PreviewGuard {
    PreviewAnswer admit(PreviewVisit visit) throws Exception;
}
