package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.exceptions.ConfigurationException;
import org.junit.jupiter.api.Test;

/** Which image a sandbox is started from. */
class ImagesTest {
    private static final String SMALL = "arn:aws:lambda:eu-west-1:1:microvm-image:base-1024";
    private static final String LARGE = "arn:aws:lambda:eu-west-1:1:microvm-image:base-4096";

    private final Images images = images("base/4096=" + LARGE + ", base/1024=" + SMALL + "@3.0");

    static Images images(String text) {
        return new Images(configuration(text));
    }

    static FleetConfiguration configuration(String images) {
        return new FleetConfiguration(images, "", "", "", "", "", "", 27_000, 600, 45, "https", "eu-west-1");
    }

    @Test
    void the_smallest_that_holds_the_wish_is_taken() {
        assertThat(images.fitting("base", new Resources(1.0, 600, null, 0, null)))
                .isEqualTo(new Images.Image("base", Images.Size.MIB_1024, SMALL, "3.0"));
        assertThat(images.fitting("base", new Resources(1.0, 600, 10, 0, null)))
                .isEqualTo(new Images.Image("base", Images.Size.MIB_4096, LARGE, null));
        assertThat(images.fitting("base", new Resources(8.0, 600, null, 0, null))
                        .arn())
                .isEqualTo(LARGE);
    }

    @Test
    void what_no_class_holds_is_refused_and_so_is_what_nobody_knows() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> images.fitting("base", new Resources(1.0, 5000, null, 0, null)))
                .satisfies(refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> images.fitting("other", Resources.DEFAULT))
                .satisfies(refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.TEMPLATE_NOT_FOUND));
    }

    @Test
    void the_classes_are_told_smallest_first() {
        assertThat(images.sizes())
                .containsExactly(new Resources(2.0, 1024, 8, 0, null), new Resources(8.0, 4096, 16, 0, null));
        assertThat(images.templates()).containsExactly("base");
    }

    @Test
    void a_bad_setting_is_told_in_a_sentence() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> images("base=" + SMALL))
                .withMessageContaining("template/MiB=arn@version");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> images("base/3000=" + SMALL))
                .withMessageContaining("no class of 3000 MiB");
    }
}
