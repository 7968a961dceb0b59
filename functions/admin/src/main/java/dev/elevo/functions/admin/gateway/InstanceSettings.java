package dev.elevo.functions.admin.gateway;

import io.micronaut.json.tree.JsonNode;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a service's instance says of itself. Whether its address may be called is asked whenever it is called: names move. */
public record InstanceSettings(
        String serviceName,
        String instanceId,
        String host,
        int port,
        String protocol,
        int weight,
        String healthCheckUrl,
        int healthCheckSeconds,
        Map<String, JsonNode> metadata) {
    static final InstanceSettings UNSAID = new InstanceSettings("", "", "", 0, "http", 100, "", 30, Map.of());

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern CHECK = Pattern.compile("(/[\\x21-\\x7e&&[^#]]*)?");

    static InstanceSettings read(Fields fields, InstanceSettings before) {
        return new InstanceSettings(
                fields.text("service_name", before.serviceName, 1, 100),
                fields.text("instance_id", before.instanceId, 1, 100),
                fields.text("host", before.host, 1, 255, InstanceSettings::isHost, "must be a host name or an address"),
                fields.number("port", before.port, 1, 65_535),
                fields.choice("protocol", before.protocol, List.of("http", "https")),
                fields.number("weight", before.weight, 1, 1000),
                healthCheckUrl(fields, before),
                fields.number("health_check_interval_seconds", before.healthCheckSeconds, 5, 3600),
                fields.object("metadata", before.metadata));
    }

    /** The part of it that can be changed later. */
    static InstanceSettings change(Fields fields, InstanceSettings before) {
        return new InstanceSettings(
                before.serviceName,
                before.instanceId,
                before.host,
                before.port,
                before.protocol,
                fields.number("weight", before.weight, 1, 1000),
                healthCheckUrl(fields, before),
                before.healthCheckSeconds,
                fields.object("metadata", before.metadata));
    }

    private static String healthCheckUrl(Fields fields, InstanceSettings before) {
        return fields.text(
                "health_check_url",
                before.healthCheckUrl,
                0,
                500,
                InstanceSettings::isCheck,
                "must be a path that starts with /");
    }

    /** With a colon it is an address, and no name with a port. */
    private static boolean isHost(String text) {
        if (!HOST.matcher(text).matches()) {
            return false;
        }
        if (text.indexOf(':') < 0) {
            return true;
        }
        try {
            var _ = InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static boolean isCheck(String text) {
        try {
            var _ = new URI("http://host" + text);
            return CHECK.matcher(text).matches();
        } catch (URISyntaxException notAPath) {
            return false;
        }
    }

    public String endpoint() {
        return protocol + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    public boolean isChecked() {
        return !healthCheckUrl.isEmpty();
    }

    Map<String, JsonNode> asFields() {
        var fields = new LinkedHashMap<String, JsonNode>();
        fields.put("service_name", JsonNode.createStringNode(serviceName));
        fields.put("instance_id", JsonNode.createStringNode(instanceId));
        fields.put("host", JsonNode.createStringNode(host));
        fields.put("port", JsonNode.createNumberNode(port));
        fields.put("protocol", JsonNode.createStringNode(protocol));
        fields.put("weight", JsonNode.createNumberNode(weight));
        fields.put("health_check_url", JsonNode.createStringNode(healthCheckUrl));
        fields.put("health_check_interval_seconds", JsonNode.createNumberNode(healthCheckSeconds));
        fields.put("metadata", JsonNode.createObjectNode(metadata));
        return fields;
    }
}
