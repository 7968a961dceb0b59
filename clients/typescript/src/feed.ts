import type { Message } from './socket.js';
import type { Stream } from './stream.js';

/** What happens, as it happens, until it is closed. */
export class Feed<T> implements AsyncIterable<T> {
    constructor(
        private readonly stream: Stream,
        private readonly read: (message: Message) => T | undefined,
    ) {}

    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
        for await (const message of this.stream) {
            const item = this.read(message);
            if (item !== undefined) yield item;
        }
    }

    close(): void {
        this.stream.close();
    }
}
