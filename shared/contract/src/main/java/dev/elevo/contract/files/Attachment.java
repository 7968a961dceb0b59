package dev.elevo.contract.files;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The header that makes a browser keep what comes from a sandbox, and never show it as a page of ours. */
public final class Attachment {
    private Attachment() {}

    /** A name may hold anything; what a header cannot hold is spelled in the second form, for those who know it. */
    public static String named(String name) {
        var plain = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
        var exact = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + exact;
    }
}
