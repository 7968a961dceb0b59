package dev.elevo.functions.sandboxes;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells addresses, networks and host names from anything else, without asking a name server. */
final class Addresses {
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern IPV6_LOOK = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private Addresses() {}

    static boolean isIp(@Nullable String text) {
        return text != null && (IPV4.matcher(text).matches() || isIpv6(text));
    }

    static boolean isCidr(@Nullable String text) {
        if (text == null) {
            return false;
        }
        var slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = text.substring(0, slash);
        var prefix = text.substring(slash + 1);
        return prefix.matches("\\d{1,3}")
                && isIp(address)
                && Integer.parseInt(prefix) <= (address.indexOf(':') < 0 ? 32 : 128);
    }

    static boolean isHost(@Nullable String text) {
        return text != null && HOST.matcher(text).matches();
    }

    static boolean isHostPattern(@Nullable String text) {
        return text != null && isHost(text.startsWith("*.") ? text.substring(2) : text);
    }

    private static boolean isIpv6(String text) {
        if (!IPV6_LOOK.matcher(text).matches()) {
            return false;
        }
        try {
            // With a colon in it Java takes it as a literal and never as a name.
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
