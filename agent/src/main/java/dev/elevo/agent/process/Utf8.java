package dev.elevo.agent.process;

/** Where a run of UTF-8 bytes may be cut. */
final class Utf8 {
    private static final int LONGEST = 4;

    private Utf8() {}

    /** How many bytes at the end begin a character without finishing it: 0 to 3. */
    static int unfinished(byte[] bytes, int length) {
        for (int back = 1; back < LONGEST && back <= length; back++) {
            var last = bytes[length - back] & 0xFF;
            if (last < 0x80) {
                return 0;
            }
            if (last >= 0xC0) {
                return back < characterLength(last) ? back : 0;
            }
        }
        return 0;
    }

    private static int characterLength(int lead) {
        if (lead >= 0xF8) {
            return 1; // no lead byte of any character: it waits for nothing
        }
        return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    }

    /** How many bytes at the beginning finish a character whose begin is missing: 0 to 3. */
    static int orphaned(byte[] bytes) {
        var count = 0;
        while (count < LONGEST - 1 && count < bytes.length && (bytes[count] & 0xC0) == 0x80) {
            count++;
        }
        return count;
    }
}
