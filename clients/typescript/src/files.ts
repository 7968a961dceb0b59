import type { Api, BodyOf, QueryOf, Schemas } from './api.js';
import { bytesOf, joined } from './bytes.js';
import { ApiError, ConnectionError, ErrorCode, TimeoutError, WorkspaceError } from './errors.js';
import { Feed } from './feed.js';
import { Stream } from './stream.js';
import { backoff, pause, type CallOptions, type Transport } from './transport.js';

type Without<T, K extends string> = Omit<T, K>;

/** The content of a file to be: what is at hand, or, but not in browsers, something that can be read as often as it takes. */
export type Content = string | Uint8Array | Blob | { size: number; open: () => AsyncIterable<Uint8Array> };

export type Progress = (done: number, total: number) => void;

export interface WriteOptions extends CallOptions {
    /** In a browser only of the end: it does not tell how far it is. */
    onProgress?: Progress;
    mode?: string;
    createParents?: boolean;
    overwrite?: boolean;
    user?: string;
}

export interface DownloadOptions extends CallOptions {
    onProgress?: Progress;
    user?: string;
}

/** `overflow`: more happened than could be told, or a connection was lost meanwhile; what is below `path` should be listed again. */
export interface FileEvent {
    event: 'created' | 'modified' | 'deleted' | 'renamed' | 'overflow';
    path: string;
    oldPath?: string;
    isDirectory?: boolean;
    timestamp?: string;
}

/** What goes with an ordinary request; the service names its limit when that is lower. */
const INLINE_BYTES = 4 << 20;
const SLICE_BYTES = 256 << 10;
const PARTIAL = 206;

/** The files of a sandbox. */
export class Files {
    constructor(
        private readonly transport: Transport,
        private readonly api: Api,
        private readonly sandboxId: string,
    ) {}

    async list(path: string, options: Without<QueryOf<'listFiles'>, 'path'> = {}): Promise<Schemas['FileInfo'][]> {
        return (await this.api.listFiles({ ...this.here(), query: { path, ...options } })).data;
    }

    stat(path: string, options: Without<QueryOf<'statFile'>, 'path'> = {}): Promise<Schemas['FileInfo']> {
        return this.api.statFile({ ...this.here(), query: { path, ...options } });
    }

    async exists(path: string): Promise<boolean> {
        return (await this.api.fileExists({ ...this.here(), query: { path } })).exists;
    }

    /** As text. Of any size, so it must fit into memory. */
    async read(path: string, options: DownloadOptions = {}): Promise<string> {
        return new TextDecoder().decode(await this.readBytes(path, options));
    }

    async readBytes(path: string, options: DownloadOptions = {}): Promise<Uint8Array> {
        const parts: Uint8Array[] = [];
        for await (const part of this.download(path, options)) parts.push(part);
        return joined(parts);
    }

    /**
     * In parts, as they arrive. A connection that breaks goes on where it broke, unless the file is not the same any more.
     */
    async *download(path: string, options: DownloadOptions = {}): AsyncGenerator<Uint8Array> {
        const { onProgress, user, ...call } = options;
        const query = { path, ...(user !== undefined && { user }) };
        const before = await this.api.statFile({ ...this.here(), query }, call);
        let offset = 0;
        for (let attempt = 0; ; attempt++) {
            const from = offset;
            try {
                for await (const part of await this.open(query, offset, call)) {
                    offset += part.length;
                    onProgress?.(offset, before.size);
                    yield part;
                }
                return;
            } catch (failure) {
                if (!(failure instanceof ConnectionError)) throw failure;
                if (offset > from) attempt = 0;
                if (attempt >= this.transport.retries) throw failure;
                const now = await this.api.statFile({ ...this.here(), query }, call);
                if (now.size !== before.size || now.modifiedAt !== before.modifiedAt) throw failure;
                if (offset === before.size) return;
                await pause(backoff(attempt), call.signal);
            }
        }
    }

    /** Adds to the end of a file. */
    append(path: string, text: string): Promise<Schemas['WriteResult']> {
        return this.api.writeFile({ ...this.here(), body: { path, content: text, append: true } });
    }

    /** Of any size: small content goes along, more by an address of its own. */
    async write(path: string, content: Content, options: WriteOptions = {}): Promise<{ path: string; bytesWritten: number }> {
        const { onProgress, signal, timeout, idempotencyKey, ...target } = options;
        const call = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }), ...(idempotencyKey !== undefined && { idempotencyKey }) };
        const source = sourceOf(content);
        if (source.size <= INLINE_BYTES) {
            try {
                const body = joined(await gathered(source.open()));
                const written = await this.api.uploadFile({ ...this.here(), query: { path, ...target }, body }, call);
                onProgress?.(source.size, source.size);
                return { path: written.path, bytesWritten: written.bytesWritten };
            } catch (failure) {
                if (!(failure instanceof ApiError && failure.code === ErrorCode.FILE_TOO_LARGE)) throw failure;
            }
        }
        const to = await this.api.makeUploadUrl({ ...this.here(), body: { path, ...target } }, call);
        await this.put(to.url, source, onProgress, call);
        return { path: to.path, bytesWritten: source.size };
    }

    async makeDirectory(path: string, options: Without<BodyOf<'makeDirectory'>, 'path'> = {}): Promise<void> {
        await this.api.makeDirectory({ ...this.here(), body: { path, ...options } });
    }

    copy(src: string, dst: string, options: Without<BodyOf<'copyFile'>, 'src' | 'dst'> = {}): Promise<Schemas['FileInfo']> {
        return this.api.copyFile({ ...this.here(), body: { src, dst, ...options } });
    }

    move(src: string, dst: string, options: Without<BodyOf<'moveFile'>, 'src' | 'dst'> = {}): Promise<Schemas['FileInfo']> {
        return this.api.moveFile({ ...this.here(), body: { src, dst, ...options } });
    }

    async remove(path: string, options: Without<QueryOf<'deleteFile'>, 'path'> = {}): Promise<void> {
        await this.api.deleteFile({ ...this.here(), query: { path, ...options } });
    }

    find(path: string, pattern: string, options: Without<BodyOf<'findFiles'>, 'path' | 'pattern'> = {}) {
        return this.api.findFiles({ ...this.here(), body: { path, pattern, ...options } });
    }

    grep(path: string, pattern: string, options: Without<BodyOf<'grepFiles'>, 'path' | 'pattern'> = {}) {
        return this.api.grepFiles({ ...this.here(), body: { path, pattern, ...options } });
    }

    /** Watching begins before this returns. */
    async watch(path: string, options: { recursive?: boolean; events?: string[]; include?: string; exclude?: string[] } = {}): Promise<Feed<FileEvent>> {
        const stream = await Stream.open(this.transport, {
            path: `/api/v1/sandboxes/${encodeURIComponent(this.sandboxId)}/files/watch`,
            query: { path, ...options },
            probe: (call) => this.api.statFile({ ...this.here(), query: { path } }, call),
            gap: { type: 'event', data: { event: 'overflow', path } },
        });
        return new Feed(stream, ({ type, data }) => {
            const happened = data as FileEvent | { event: 'subscribed' };
            return type === 'event' && happened.event !== 'subscribed' ? happened : undefined;
        });
    }

    private here() {
        return { path: { id: this.sandboxId } };
    }

    private async open(query: { path: string; user?: string }, offset: number, call: CallOptions): Promise<AsyncIterable<Uint8Array>> {
        const path = `/api/v1/sandboxes/${encodeURIComponent(this.sandboxId)}/files/download`;
        const headers = offset > 0 ? { Range: `bytes=${offset}-` } : {};
        const limit = call.timeout ?? this.transport.timeout;
        return this.transport.send({ method: 'GET', path, query, headers }, call, async (answer) => {
            const all = parts(answer, limit, call.signal);
            return offset > 0 && answer.status !== PARTIAL ? behind(offset, all) : all;
        });
    }

    private async put(url: string, source: Source, onProgress: Progress | undefined, call: CallOptions): Promise<void> {
        let isAgain = false;
        const body = (stillGoing: () => void) => {
            isAgain = sent > 0;
            sent++;
            return source.blob && !canStreamBodies() ? source.blob : streamOf(source, stillGoing, onProgress);
        };
        let sent = 0;
        const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(source.size) };
        try {
            await this.transport.send({ method: 'PUT', path: url, body, headers }, call, (answer) => answer.arrayBuffer());
        } catch (failure) {
            // An address is good for one upload: it has taken the one whose answer was lost.
            if (!(isAgain && failure instanceof ApiError && failure.details['reason'] === 'used')) throw failure;
        }
        onProgress?.(source.size, source.size);
    }
}

interface Source {
    size: number;
    open: () => AsyncIterable<Uint8Array>;
    blob?: Blob;
}

/** Browsers send a stream only where all of the way there is HTTP/2, and do not say so before. */
function canStreamBodies(): boolean {
    return !('document' in globalThis || 'WorkerGlobalScope' in globalThis);
}

function sourceOf(content: Content): Source {
    if (typeof content === 'object' && 'open' in content) return content;
    const blob = content instanceof Blob ? content : new Blob([bytesOf(content) as BlobPart]);
    return { size: blob.size, open: () => slices(blob), blob };
}

/** Its own stream may hand over all of it at once. */
async function* slices(blob: Blob): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < blob.size; start += SLICE_BYTES) {
        yield new Uint8Array(await blob.slice(start, start + SLICE_BYTES).arrayBuffer());
    }
}

/** Only what it waits for the next part counts: its reader may take as long as he likes. */
async function* parts(answer: Response, limit: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    if (!answer.body) return;
    const reader = answer.body.getReader();
    try {
        while (true) {
            const { done, value } = await inTime(reader.read(), limit, signal);
            if (done) return;
            yield value;
        }
    } catch (cause) {
        signal?.throwIfAborted();
        throw cause instanceof WorkspaceError ? cause : new ConnectionError('the download broke off', { cause });
    } finally {
        // Of one that broke it says once more why.
        await reader.cancel().catch(() => {});
    }
}

/** Of one that something between has answered whole, though its end was asked for. */
async function* behind(offset: number, all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let left = offset;
    for await (const part of all) {
        const rest = part.subarray(Math.min(left, part.length));
        left -= part.length - rest.length;
        if (rest.length > 0) yield rest;
    }
}

function inTime<T>(coming: Promise<T>, limit: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
        const stop = () => reject(signal?.reason);
        const timer = setTimeout(() => reject(new TimeoutError(`nothing of the download came within ${limit} ms`)), limit);
        const over = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', stop);
        };
        coming.finally(over).then(resolve, reject);
        signal?.addEventListener('abort', stop);
        if (signal?.aborted) stop();
    });
}

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
    const all: Uint8Array[] = [];
    for await (const part of source) all.push(part);
    return all;
}

function streamOf(source: Source, stillGoing: () => void, onProgress: Progress | undefined): ReadableStream<Uint8Array> {
    const iterator = source.open()[Symbol.asyncIterator]();
    let done = 0;
    return new ReadableStream<Uint8Array>({
        async pull(controller) {
            const next = await iterator.next();
            if (next.done) return controller.close();
            controller.enqueue(next.value);
            done += next.value.length;
            stillGoing();
            onProgress?.(done, source.size);
        },
        async cancel() {
            await iterator.return?.();
        },
    });
}
