import { calls } from './generated/calls.js';
import type { components, operations } from './generated/schema.js';
import { Outage, mayHelpLater, type CallOptions, type QueryValue, type Transport } from './transport.js';

export type Schemas = components['schemas'];
export type CallName = keyof typeof calls & keyof operations;

type Json<R, S extends number> = R extends Record<S, { content: { 'application/json': infer A } }> ? A : never;
type Raw<R> = R extends { 200: { content: infer C } } ? ('application/json' extends keyof C ? never : Uint8Array) : never;
type Answers<R> = Json<R, 200> | Json<R, 201> | Exclude<Json<R, 202>, Schemas['StillRunning']> | Raw<R>;

/** What a call answers in the end: of one that takes long the result, not the note that it is still running. */
export type Output<K extends CallName> = [Answers<operations[K]['responses']>] extends [never] ? void : Answers<operations[K]['responses']>;

type Parameters<K extends CallName> = operations[K]['parameters'];
type Path<K extends CallName> = Parameters<K> extends { path: infer P } ? { path: P } : unknown;
export type QueryOf<K extends CallName> = NonNullable<Parameters<K>['query']>;
type Query<K extends CallName> = Parameters<K> extends { query: infer Q } ? { query: Q } : { query?: QueryOf<K> };
type Content<B> = B extends { content: { 'application/json': infer J } } ? J : Uint8Array | Blob;
export type BodyOf<K extends CallName> = Content<NonNullable<operations[K]['requestBody']>>;
type Body<K extends CallName> = operations[K] extends { requestBody: object }
    ? { body: BodyOf<K> }
    : operations[K] extends { requestBody?: never }
      ? unknown
      : { body?: BodyOf<K> };

export type Input<K extends CallName> = Path<K> & Query<K> & Body<K>;

type Call<K extends CallName> = object extends Input<K>
    ? (input?: Input<K>, options?: CallOptions) => Promise<Output<K>>
    : (input: Input<K>, options?: CallOptions) => Promise<Output<K>>;

/** Every call of the API by the name it has in its description. */
export type Api = { readonly [K in CallName]: Call<K> };

interface AnyInput {
    path?: Record<string, string | number>;
    query?: Record<string, QueryValue>;
    body?: unknown;
}

export function apiOf(transport: Transport): Api {
    const entries = Object.entries(calls).map(([name, { method, path }]) => [
        name,
        async (input: AnyInput = {}, options: CallOptions = {}) => {
            const exchange = { method, path: filled(path, input.path ?? {}), query: input.query ?? {}, body: input.body };
            const answer = await transport.json(exchange, options);
            return answer.status === 202 && isRunning(answer.body) ? result(transport, answer.headers, options) : answer.body;
        },
    ]);
    return Object.fromEntries(entries);
}

/** Whatever a request waits for at the most, the work goes on, also while the service is away; its outcome is asked for until it is there. */
async function result(transport: Transport, headers: Headers, options: CallOptions): Promise<unknown> {
    const location = headers.get('location') ?? '';
    const { signal, timeout } = options;
    const outage = new Outage();
    while (true) {
        try {
            const answer = await transport.json(
                { method: 'GET', path: `${location}/result` },
                { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) },
            );
            if (answer.status !== 202) return answer.body;
            outage.end();
        } catch (failure) {
            if (!mayHelpLater(failure)) throw failure;
            await outage.wait(failure, signal);
        }
    }
}

function isRunning(body: unknown): boolean {
    return typeof body === 'object' && body !== null && 'pid' in body;
}

export function filled(path: string, values: Record<string, string | number>): string {
    return path.replace(/\{(\w+)}/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined || value === '') throw new TypeError(`${path} needs ${name}`);
        return encodeURIComponent(value);
    });
}
