package dev.elevo.agent.template;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.ObjectMapper;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An image as the Open Container Initiative lays it out in a directory. What its parts are called by is what they must be. */
final class OciLayout {
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final String TAG = "org.opencontainers.image.ref.name";
    private static final int MOST_TEXT = 4 << 20;
    private static final int MOST_LEVELS = 4;
    private static final int MOST_LAYERS = 256;
    private static final int BUFFER = 1 << 16;

    private final Path directory;
    private final ObjectMapper json;

    OciLayout(Path directory, ObjectMapper json) {
        this.directory = directory;
        this.json = json;
    }

    @Serdeable
    record Platform(@Nullable String os, @Nullable String architecture) {}

    @Serdeable
    record Part(
            String digest,
            long size,
            @Nullable Platform platform,
            @Nullable Map<String, String> annotations) {

        @Nullable
        String tag() {
            return annotations == null ? null : annotations.get(TAG);
        }
    }

    /** A list of images, or an image: that its media type says which is not required. */
    @Serdeable
    record Manifest(
            @Nullable List<Part> manifests,
            @Nullable Part config,
            @Nullable List<Part> layers) {}

    @Serdeable
    record Execution(
            @JsonProperty("Env") @Nullable List<String> env,
            @JsonProperty("WorkingDir") @Nullable String workDir) {}

    @Serdeable
    record Configuration(@Nullable Execution config) {}

    /** @param tag the image's name in the layout; without one it is the first */
    Defaults unpack(Tree tree, @Nullable String tag) throws IOException {
        var image = image(tag);
        var layers = Objects.requireNonNullElse(image.layers(), List.<Part>of());
        if (layers.isEmpty() || layers.size() > MOST_LAYERS) {
            throw new HostileArchiveException("an image of " + layers.size() + " layers");
        }
        for (var layer : layers) {
            try (var in = Compressed.open(checked(layer))) {
                tree.apply(new TarReader(in));
            }
        }
        return defaults(image);
    }

    private Manifest image(@Nullable String tag) throws IOException {
        var index = json.readValue(text(directory.resolve("index.json")), Manifest.class);
        for (int level = 0; level < MOST_LEVELS; level++) {
            if (index == null) {
                break;
            }
            if (index.manifests() == null) {
                return index;
            }
            var chosen = choose(index.manifests(), level == 0 ? tag : null);
            index = json.readValue(text(checked(chosen)), Manifest.class);
        }
        throw new HostileArchiveException("no image in the layout");
    }

    private static Part choose(List<Part> images, @Nullable String tag) throws IOException {
        return images.stream()
                .filter(image -> tag == null || tag.equals(image.tag()))
                .filter(image -> image.platform() == null || isOurs(image.platform()))
                .findFirst()
                .orElseThrow(() -> new IOException("no image for this machine"
                        + (tag == null ? "" : " with the tag \"" + tag + "\"") + " in the layout"));
    }

    private static boolean isOurs(Platform platform) {
        var architecture = switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            case "x86_64" -> "amd64";
            case String other -> other;
        };
        return "linux".equals(platform.os()) && architecture.equals(platform.architecture());
    }

    private Defaults defaults(Manifest image) throws IOException {
        if (image.config() == null) {
            return Defaults.NONE;
        }
        var configuration = json.readValue(text(checked(image.config())), Configuration.class);
        if (configuration == null || configuration.config() == null) {
            return Defaults.NONE;
        }
        var env = new HashMap<String, String>();
        for (var variable : Objects.requireNonNullElse(configuration.config().env(), List.<String>of())) {
            var equals = variable.indexOf('=');
            if (equals > 0) {
                env.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        var workDir = configuration.config().workDir();
        // Images say the root where they say nothing; there a sandbox's user cannot write.
        var meant = workDir != null && workDir.startsWith("/") && workDir.length() > 1;
        return new Defaults(env, meant ? workDir : null, null, null);
    }

    private Path checked(Part part) throws IOException {
        var digest = DIGEST.matcher(part.digest());
        if (!digest.matches()) {
            throw new HostileArchiveException("\"" + part.digest() + "\" is no digest by SHA-256");
        }
        var blob = directory.resolve("blobs/sha256").resolve(digest.group(1));
        if (!Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)
                || !digest.group(1).equals(sha256(blob))) {
            throw new HostileArchiveException(
                    "the part " + part.digest() + " is missing, or another than its name says");
        }
        return blob;
    }

    private static String sha256(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] text(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_TEXT) {
            throw new HostileArchiveException(file.getFileName() + " is missing, or no short text");
        }
        return Files.readAllBytes(file);
    }
}
