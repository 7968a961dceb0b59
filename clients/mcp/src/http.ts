import { randomUUID, webcrypto } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { ApiError, WorkspaceClient } from '@elevo/workspace';
import { Refusal } from './refusal.js';
import { serverOf } from './server.js';
import { Sessions } from './sessions.js';

export interface HttpOptions {
    port: number;
    host: string;
    /** Names of this server besides those of the loopback. */
    hosts: string[];
    /** Pages that may use it. */
    origins: string[];
}

type McpSessions = Sessions<StreamableHTTPServerTransport>;

const PATH = '/mcp';
const LARGEST_BODY = 16 << 20;
/** What the service says of a key: there is none such, it may not, it has to wait. */
const OF_CALLERS = [401, 403, 429];
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Its address, once it listens. */
export async function serveHttp(options: HttpOptions): Promise<string> {
    // The kit takes it for granted; Node 18 has it by this name only.
    globalThis.crypto ??= webcrypto as Crypto;
    const sessions: McpSessions = new Sessions();
    const server = http.createServer((request, response) => {
        answer(request, response, options, sessions).catch((failure: unknown) => refuse(response, failure));
    });
    await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    return `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}${PATH}`;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions, sessions: McpSessions): Promise<void> {
    checkHost(request, options);
    if (answersPage(request, response)) return;
    if (new URL(request.url ?? '/', 'http://here').pathname !== PATH) throw new Refusal(404, `The endpoint is ${PATH}`);
    const key = keyOf(request);
    const body = request.method === 'POST' ? await read(request) : undefined;
    const id = request.headers['mcp-session-id'];
    const transport = typeof id === 'string' ? used(id, key, request, response, sessions) : await begin(key, body, sessions);
    await transport.handleRequest(request, response, body);
}

/** At work until what was posted is answered; who only listens is not. */
function used(id: string, key: string, { method }: IncomingMessage, response: ServerResponse, sessions: McpSessions): StreamableHTTPServerTransport {
    const { transport, answered } = sessions.use(id, key);
    if (method === 'POST') finished(response, answered);
    else answered();
    return transport;
}

/** A page that has got hold of our address by a name of its own must not speak to us through somebody's browser. */
function checkHost({ headers }: IncomingMessage, { hosts, origins }: HttpOptions): void {
    const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (![...LOOPBACK, ...hosts].includes(host)) throw new Refusal(403, `This server is not called ${host}; --allow-host says so`);
    const { origin } = headers;
    if (origin !== undefined && !origins.includes(origin)) throw new Refusal(403, `${origin} may not use this server; --allow-origin says so`);
}

/** One that is allowed to speak to us is let by its browser too; whether it is done with that. */
function answersPage({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
    if (headers.origin === undefined) return false;
    response.setHeader('Access-Control-Allow-Origin', headers.origin);
    response.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id, WWW-Authenticate');
    response.setHeader('Vary', 'Origin');
    if (method !== 'OPTIONS') return false;
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, Last-Event-ID, Mcp-Protocol-Version, Mcp-Session-Id');
    response.writeHead(204).end();
    return true;
}

function keyOf({ headers }: IncomingMessage): string {
    const [, key] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (!key) throw new Refusal(401, 'An API key is needed: Authorization: Bearer …');
    return key;
}

async function read(request: IncomingMessage): Promise<unknown> {
    const parts: Buffer[] = [];
    let size = 0;
    const tooLarge = new Refusal(413, `A message has at most ${LARGEST_BODY} bytes`);
    if (Number(request.headers['content-length']) > LARGEST_BODY) throw tooLarge;
    for await (const part of request) {
        size += (part as Buffer).length;
        if (size > LARGEST_BODY) throw tooLarge;
        parts.push(part as Buffer);
    }
    try {
        return JSON.parse(Buffer.concat(parts).toString());
    } catch {
        throw new Refusal(400, 'The body is no JSON');
    }
}

/** Only for a key that the service knows: a session costs memory. */
async function begin(key: string, body: unknown, sessions: McpSessions): Promise<StreamableHTTPServerTransport> {
    if (!isInitializeRequest(body)) throw new Refusal(400, 'A session begins with initialize; later requests name it in Mcp-Session-Id');
    const client = new WorkspaceClient({ apiKey: key });
    await client.api.getMe();
    sessions.makeRoom();
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => sessions.add(id, transport, key),
    });
    transport.onclose = () => sessions.remove(transport.sessionId);
    await serverOf(client).connect(transport);
    return transport;
}

function refuse(response: ServerResponse, failure: unknown): void {
    const isOfTheCaller = failure instanceof ApiError && OF_CALLERS.includes(failure.status);
    const { status, message } = isOfTheCaller || failure instanceof Refusal ? failure : { status: 502, message: 'The service does not answer' };
    const wait = isOfTheCaller ? failure.retryAfterSeconds : undefined;
    if (status === 502) console.error('elevo-mcp:', failure);
    if (response.headersSent) {
        response.destroy();
        return;
    }
    const headers = {
        'Content-Type': 'application/json',
        ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
        ...(wait !== undefined && { 'Retry-After': String(wait) }),
    };
    response.writeHead(status, headers).end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
}
