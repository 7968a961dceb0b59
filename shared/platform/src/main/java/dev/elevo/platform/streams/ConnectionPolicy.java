package dev.elevo.platform.streams;

import java.util.regex.Pattern;

/** What a session may do that is given away: write to one connection and end it. */
final class ConnectionPolicy {
    /** As API Gateway makes them; nothing in them means anything in a policy or a path. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_=-]{1,128}");

    private ConnectionPolicy() {}

    /** @param stage of the WebSocket API, as an ARN */
    static String of(String stage, String connectionId) {
        if (!ID.matcher(connectionId).matches()) {
            throw new IllegalArgumentException("no id of a connection");
        }
        // It is not said anywhere whether the id is meant as it is or as it stands in a path. Both name the same
        // connection.
        var spelled = connectionId.replace("=", "%3D");
        var ids = spelled.equals(connectionId) ? new String[] {connectionId} : new String[] {connectionId, spelled};
        var resources = new StringBuilder();
        for (var id : ids) {
            for (var method : new String[] {"POST", "DELETE"}) {
                resources
                        .append(resources.isEmpty() ? "\"" : ",\"")
                        .append(stage)
                        .append('/')
                        .append(method)
                        .append("/@connections/")
                        .append(id)
                        .append('"');
            }
        }
        return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"execute-api:ManageConnections\","
                + "\"Resource\":[" + resources + "]}]}";
    }
}
