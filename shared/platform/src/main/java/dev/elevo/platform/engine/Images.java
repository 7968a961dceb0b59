package dev.elevo.platform.engine;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The images of this deployment, one for each template and class of size: a MicroVM has the size of its image. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Images {
    private static final Pattern ENTRY = Pattern.compile("([a-zA-Z0-9_.-]+)/(\\d+)=(arn:[^@,\\s]+)(?:@([^,\\s]+))?");

    private final List<Image> all;

    Images(FleetConfiguration configuration) {
        all = List.copyOf(read(configuration.images()));
    }

    /**
     * One of them.
     *
     * @param version null is the latest that is active
     */
    record Image(
            String template,
            Size size,
            String arn,
            @Nullable String version) {}

    /** The classes that there are: the memory that is always there, the cores it may use at most, the disk in GB. */
    enum Size {
        MIB_512(512, 1, 8),
        MIB_1024(1024, 2, 8),
        MIB_2048(2048, 4, 8),
        MIB_4096(4096, 8, 16),
        MIB_8192(8192, 16, 32);

        private final int memory;
        private final int cores;
        private final int disk;

        Size(int memory, int cores, int disk) {
            this.memory = memory;
            this.cores = cores;
            this.disk = disk;
        }

        Resources resources() {
            return new Resources((double) cores, memory, disk, 0, null);
        }

        long diskBytes() {
            return (long) disk << 30;
        }

        private boolean holds(Resources wanted) {
            return (wanted.memoryMB() == null || wanted.memoryMB() <= memory)
                    && (wanted.cpu() == null || wanted.cpu() <= cores)
                    && (wanted.disk() == null || wanted.disk() <= disk);
        }
    }

    /** The smallest that holds what is wanted; 2007 without such a template, 9007 when it has none that large. */
    Image fitting(String template, Resources wanted) {
        var ofTemplate =
                all.stream().filter(image -> image.template().equals(template)).toList();
        if (ofTemplate.isEmpty()) {
            throw withdrawn(template).asException();
        }
        return ofTemplate.stream()
                .filter(image -> image.size().holds(wanted))
                .findFirst()
                .orElseThrow(() -> tooLarge(template).asException());
    }

    /** By template and memory, as the configuration names it. */
    Image named(String name) {
        return all.stream()
                .filter(image -> name.equals(image.template() + "/" + image.size().memory))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("ELEVO_MICROVM_IMAGES has no " + name));
    }

    static Failure withdrawn(String template) {
        return new Failure.Refused(
                ErrorCode.TEMPLATE_NOT_FOUND, "Template " + template + " not found", Map.of("template", template));
    }

    private static Failure tooLarge(String template) {
        return NotOffered.of("a sandbox of that size of template " + template);
    }

    List<String> templates() {
        return all.stream().map(Image::template).distinct().toList();
    }

    /** All that sandboxes of any template can be had in, the smallest first. */
    List<Resources> sizes() {
        return all.stream()
                .map(Image::size)
                .distinct()
                .sorted()
                .map(Size::resources)
                .toList();
    }

    List<String> arns() {
        return all.stream().map(Image::arn).distinct().toList();
    }

    private static List<Image> read(String text) {
        var images = new ArrayList<Image>();
        for (var part : text.split(",", -1)) {
            var entry = ENTRY.matcher(part.strip());
            if (!entry.matches()) {
                throw new ConfigurationException(
                        "ELEVO_MICROVM_IMAGES must be template/MiB=arn@version, with commas; not \"" + part + "\"");
            }
            images.add(new Image(entry.group(1), size(entry.group(2)), entry.group(3), entry.group(4)));
        }
        images.sort(Comparator.comparing(Image::size));
        return images;
    }

    private static Size size(String memory) {
        for (var size : Size.values()) {
            if (Integer.toString(size.memory).equals(memory)) {
                return size;
            }
        }
        throw new ConfigurationException("ELEVO_MICROVM_IMAGES: there is no class of " + memory + " MiB");
    }
}
