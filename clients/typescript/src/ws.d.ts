/** Only where there is no WebSocket of the platform's own: in Node before 22. */
declare module 'ws' {
    export const WebSocket: typeof globalThis.WebSocket;
}
