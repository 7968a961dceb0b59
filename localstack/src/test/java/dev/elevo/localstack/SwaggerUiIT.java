package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who opens the pages, says once who he is, and tries things out. */
final class SwaggerUiIT {
    @RegisterExtension
    private static final SharedStack SHARED = new SharedStack();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path profile;

    @Test
    void the_key_is_entered_once_and_calls_are_answered() throws IOException {
        var program = Browser.installed();
        assumeTrue(program.isPresent(), "no browser is installed: apt-get install chromium");
        var stack = SHARED.get();
        var url = stack.ready("url").toString();
        try (var browser = new Browser(program.get(), profile)) {
            browser.open(url + "/swagger-ui");
            browser.await("document.querySelectorAll('.opblock-tag').length > 5");

            browser.click(".btn.authorize", "Authorize");
            browser.type(".auth-container", "X-API-Key", stack.adminKey());
            browser.click(".auth-container:has(input:focus) button.authorize", "Authorize");
            browser.click(".auth-container", "Authorized");
            browser.click(".btn-done", "Close");

            assertThat(tried(browser, "sandboxes", "listSandboxes")).contains("\"pagination\"", "\"data\"");
            assertThat(tried(browser, "admin", "getConfig")).contains("\"apiVersion\": \"v1\"");
            assertThat(browser.requests())
                    .anyMatch(request -> request.endsWith("/swagger-ui-bundle.js"))
                    .allMatch(request -> request.startsWith(url + "/") || request.startsWith("data:"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** What is shown as the answer. */
    static String tried(Browser browser, String area, String operation) {
        var block = "#operations-" + area + "-" + operation;
        browser.await("document.querySelector('#operations-tag-" + area + "')?.dataset.isOpen === 'true'"
                + " || (document.querySelector('#operations-tag-" + area + "')?.click(), false)");
        browser.click(block + " .opblock-summary-control", "");
        browser.click(block + " .try-out__btn", "Try it out");
        browser.click(block + " .execute", "Execute");
        browser.await("document.querySelector('" + block
                + " .live-responses-table tbody .response-col_status')?.innerText.startsWith('200')");
        return browser.await("document.querySelector('" + block + " .live-responses-table').innerText")
                .toString();
    }
}
