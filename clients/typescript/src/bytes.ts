const encoder = new TextEncoder();

export function bytesOf(data: string | Uint8Array): Uint8Array {
    return typeof data === 'string' ? encoder.encode(data) : data;
}

export function toBase64(bytes: Uint8Array): string {
    let text = '';
    // In pieces: all of them at once would be too many arguments.
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
    const chars = atob(text);
    const bytes = new Uint8Array(chars.length);
    for (let i = 0; i < chars.length; i++) bytes[i] = chars.charCodeAt(i);
    return bytes;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let offset = 0;
    for (const part of parts) {
        all.set(part, offset);
        offset += part.length;
    }
    return all;
}
