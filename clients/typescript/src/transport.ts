import { environment } from './environment.js';
import { ApiError, ConnectionError, ErrorCode, TimeoutError, WorkspaceError, refusalOf } from './errors.js';

export interface WorkspaceOptions {
    /** Address of the service; `WORKSPACE_API_URL`, else `http://localhost:8080`. */
    apiUrl?: string;
    /** An API key or a JWT; `WORKSPACE_API_KEY`. */
    apiKey?: string;
    /** Milliseconds until an attempt is given up; `WORKSPACE_TIMEOUT`, else 60000. */
    timeout?: number;
    /** How often a request is tried again; 3. */
    retries?: number;
    /** Tells of each request on the standard error stream, or to a function; `WORKSPACE_DEBUG`. */
    debug?: boolean | ((line: string) => void);
}

export type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

export interface Exchange {
    method: string;
    /** Below the address of the service, percent-encoded; or a whole address, which brings its own credential. */
    path: string;
    query?: Record<string, QueryValue>;
    /** Bytes as they are, anything else as JSON; a function makes it anew for each attempt, and tells when some of it has gone. */
    body?: unknown;
    headers?: Record<string, string>;
}

export interface CallOptions {
    signal?: AbortSignal;
    /** Instead of the client's. */
    timeout?: number;
    /** Whoever repeats a change with the same key, even in another process, has it done once. */
    idempotencyKey?: string;
}

const LONGEST_WAIT_SECONDS = 60;
/** So long may an attempt whose connection broke be at its work: keep its idempotency key, or the address of its upload. */
const LOST_ATTEMPT_MS = 60_000;

/**
 * So long, all its pauses together, is a service waited for that is away from whoever had reached it before: it starts anew, or the
 * network is gone, and what was begun there goes on meanwhile. A machine that slept has not waited.
 */
const OUTAGE_MS = 120_000;

export class Outage {
    private failures = 0;
    private waited = 0;

    /** Until it is time for another attempt; throws the failure when it has been away for too long. */
    async wait(failure: unknown, signal?: AbortSignal): Promise<void> {
        if (this.waited >= OUTAGE_MS) throw failure;
        const ms = backoff(this.failures++);
        this.waited += ms;
        await pause(ms, signal);
    }

    end(): void {
        this.failures = 0;
        this.waited = 0;
    }
}

/** Sends requests until they are answered: a change carries one idempotency key through all of its attempts, so it is done once. */
export class Transport {
    readonly apiUrl: string;
    readonly timeout: number;
    readonly retries: number;
    private readonly apiKey: string;
    private readonly tell: (line: string) => void;

    constructor(options: WorkspaceOptions) {
        const apiUrl = options.apiUrl ?? environment('WORKSPACE_API_URL') ?? 'http://localhost:8080';
        this.apiUrl = apiUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
        this.apiKey = required(options.apiKey ?? environment('WORKSPACE_API_KEY'));
        this.timeout = options.timeout ?? milliseconds(environment('WORKSPACE_TIMEOUT')) ?? 60_000;
        this.retries = options.retries ?? 3;
        const debug = options.debug ?? !['0', 'false', undefined].includes(environment('WORKSPACE_DEBUG'));
        this.tell = typeof debug === 'function' ? debug : debug ? (line) => console.error(`workspace: ${line}`) : () => {};
    }

    /** The answer's status, headers and JSON. */
    json(exchange: Exchange, options: CallOptions = {}): Promise<{ status: number; headers: Headers; body: unknown }> {
        return this.send(exchange, options, async (answer) => ({
            status: answer.status,
            headers: answer.headers,
            body: await content(answer),
        }));
    }

    /**
     * What `read` makes of the answer. All of it is one attempt: an answer that breaks off is asked for again. A success is what `read`
     * gets, a refusal is thrown.
     */
    async send<T>(exchange: Exchange, options: CallOptions, read: (answer: Response) => Promise<T>): Promise<T> {
        const headers: Record<string, string> = { ...exchange.headers, 'X-Client-Type': 'sdk' };
        if (exchange.method !== 'GET' && isOurs(exchange)) headers['X-Idempotency-Key'] = options.idempotencyKey ?? randomId();
        let lostAt: number | undefined;
        let waits = 0;
        let attempt = 0;
        while (true) {
            try {
                return await this.attempt(exchange, headers, options, read);
            } catch (failure) {
                if (isStillAtIt(failure) && lostAt !== undefined && Date.now() < lostAt + LOST_ATTEMPT_MS) {
                    await pause(backoff(waits++), options.signal);
                    continue;
                }
                if (attempt >= this.retries || !mayHelpLater(failure)) throw failure;
                if (failure instanceof ConnectionError || isOfSomethingBetween(failure)) lostAt = Date.now();
                await pause(delay(failure, attempt), options.signal);
                attempt++;
            }
        }
    }

    /** How a WebSocket of this service is opened: its address, and the credential as browsers can send it. */
    socket(path: string, query: Record<string, QueryValue>): { url: string; protocols: string[] } {
        return { url: this.url({ path, query }).replace(/^http/, 'ws'), protocols: ['bearer', this.apiKey] };
    }

    debug(line: string): void {
        this.tell(line);
    }

    private async attempt<T>(
        exchange: Exchange,
        headers: Record<string, string>,
        options: CallOptions,
        read: (answer: Response) => Promise<T>,
    ): Promise<T> {
        const limit = options.timeout ?? this.timeout;
        const begun = Date.now();
        // An address that the service gave is its own credential.
        const about = `${exchange.method} ${isOurs(exchange) ? exchange.path : new URL(exchange.path).origin}`;
        const ended = (how: string) => this.tell(`${about} ${how} in ${Date.now() - begun} ms`);
        const abort = new AbortController();
        const stop = () => abort.abort();
        options.signal?.throwIfAborted();
        options.signal?.addEventListener('abort', stop);
        let isLate = false;
        const late = () => {
            isLate = true;
            stop();
        };
        let timer = setTimeout(late, limit);
        const stillGoing = () => {
            clearTimeout(timer);
            timer = setTimeout(late, limit);
        };
        try {
            // A bearer and not a key's own header: that one would follow a redirect to another host.
            const all = isOurs(exchange) ? { ...headers, Authorization: `Bearer ${this.apiKey}` } : { ...exchange.headers };
            const sent = withBody(exchange.body, all, stillGoing);
            // Of any size, and nothing tells how far it is: it may take as long as it takes.
            if (exchange.method === 'PUT' && sent.body instanceof Blob) clearTimeout(timer);
            const answer = await fetch(this.url(exchange), { method: exchange.method, signal: abort.signal, ...sent });
            ended(`${answer.status} ${answer.headers.get('x-request-id') ?? ''}`);
            if (!answer.ok) throw refusalOf(answer.status, answer.headers, await answer.text());
            return await read(answer);
        } catch (failure) {
            if (failure instanceof WorkspaceError) throw failure;
            options.signal?.throwIfAborted();
            ended(isLate ? 'timed out' : `broke: ${failure}`);
            throw isLate
                ? new TimeoutError(`${about} was not answered within ${limit} ms`)
                : new ConnectionError(`${about}: ${reason(failure)}`, { cause: failure });
        } finally {
            clearTimeout(timer);
            options.signal?.removeEventListener('abort', stop);
        }
    }

    private url({ path, query }: Pick<Exchange, 'path' | 'query'>): string {
        const url = new URL(isOurs({ path }) ? this.apiUrl + path : path);
        for (const [name, value] of Object.entries(query ?? {})) {
            if (value !== undefined) url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value));
        }
        return url.href;
    }
}

/** Ends early, with what the signal says, when it is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const stop = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', stop);
            resolve();
        }, ms);
        signal?.addEventListener('abort', stop, { once: true });
    });
}

/** Many clients that failed together should not come back together. */
export function backoff(attempt: number): number {
    return Math.min(250 * 2 ** attempt, 8000) * (0.5 + Math.random() / 2);
}

function required(apiKey: string | undefined): string {
    if (!apiKey) throw new WorkspaceError('no credential: pass apiKey or set WORKSPACE_API_KEY');
    return apiKey;
}

function milliseconds(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    if (!/^[1-9]\d*$/.test(text)) throw new WorkspaceError(`WORKSPACE_TIMEOUT is "${text}"; it must be a number of milliseconds`);
    return Number(text);
}

/** Not `randomUUID`: pages that were loaded without TLS do not have it, and Node 18 has no `crypto` at all. A key is unique, not secret. */
function randomId(): string {
    const bytes = new Uint8Array(16);
    if (globalThis.crypto) crypto.getRandomValues(bytes);
    else bytes.forEach((_, i) => (bytes[i] = Math.random() * 256));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether the credential and the words of our headers are for its receiver. */
function isOurs({ path }: Pick<Exchange, 'path'>): boolean {
    return path.startsWith('/');
}

function withBody(body: unknown, headers: Record<string, string>, stillGoing: () => void): RequestInit {
    if (body === undefined) return { headers };
    if (typeof body === 'function') {
        const made = body(stillGoing) as BodyInit;
        // Known to every runtime that takes streams, but not to the types of all.
        return { headers, body: made, ...(made instanceof ReadableStream && ({ duplex: 'half' } as object)) };
    }
    if (body instanceof Uint8Array || body instanceof Blob) {
        return { headers: { 'Content-Type': 'application/octet-stream', ...headers }, body: body as BodyInit };
    }
    return { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

async function content(answer: Response): Promise<unknown> {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length === 0) return undefined;
    return answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
}

/** An earlier attempt of the same change or upload, whose connection broke, is being carried out. */
function isStillAtIt(failure: unknown): boolean {
    if (!(failure instanceof ApiError)) return false;
    const { reason } = failure.details;
    return failure.code === ErrorCode.IDEMPOTENCY_CONFLICT ? reason === 'in_progress' : failure.code === ErrorCode.INVALID_TOKEN && reason === 'in_use';
}

/** Not in the words of the service, which may be at work all the same. */
function isOfSomethingBetween(failure: unknown): boolean {
    return failure instanceof ApiError && failure.code === 0 && [502, 503, 504].includes(failure.status);
}

/** Quotas and states are for the caller to change; the service itself, or what stands before it, may be better in a moment. */
export function mayHelpLater(failure: unknown): boolean {
    if (failure instanceof ConnectionError) return true;
    if (!(failure instanceof ApiError)) return false;
    if (failure.retryAfterSeconds !== undefined && failure.retryAfterSeconds > LONGEST_WAIT_SECONDS) return false;
    const isSaidSo = failure.retryAfterSeconds !== undefined && (failure.status === 429 || failure.status === 503);
    return isSaidSo || failure.code === ErrorCode.SERVICE_UNAVAILABLE || isOfSomethingBetween(failure);
}

function delay(failure: unknown, attempt: number): number {
    return failure instanceof ApiError && failure.retryAfterSeconds !== undefined ? failure.retryAfterSeconds * 1000 : backoff(attempt);
}

/** `fetch` itself only says that it failed. */
function reason(failure: unknown): string {
    const { cause } = failure as { cause?: unknown };
    return String(cause ?? failure);
}
