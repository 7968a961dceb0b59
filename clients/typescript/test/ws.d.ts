/** As much of it as the tests need. */
declare module 'ws' {
    import type { EventEmitter } from 'node:events';
    import type { IncomingMessage, Server } from 'node:http';

    interface Connection extends EventEmitter {
        send(text: string): void;
        close(code: number, reason?: string): void;
        terminate(): void;
        readonly readyState: number;
    }
    export class WebSocketServer extends EventEmitter {
        constructor(options: { server: Server });
        on(event: 'connection', listener: (connection: Connection, request: IncomingMessage) => void): this;
    }
}
