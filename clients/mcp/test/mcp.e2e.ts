// The program, and the official client, against a running service: WORKSPACE_API_URL and WORKSPACE_API_KEY name it.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { WorkspaceClient } from '@elevo/workspace';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const KEY = process.env['WORKSPACE_API_KEY'] ?? '';

const workspace = new WorkspaceClient();

describe('over standard input and output', { timeout: 60_000 }, () => {
    const agent = new Client({ name: 'test', version: '1' });
    let sandbox: string;

    before(async () => {
        await agent.connect(new StdioClientTransport({ command: process.execPath, args: [PROGRAM], env: process.env as Record<string, string> }));
        const made = await call('sandbox_create', { labels: { of: 'mcp' } });
        sandbox = made['id'] as string;
    });

    after(async () => {
        if (sandbox) await workspace.api.deleteSandbox({ path: { id: sandbox }, query: { force: true } });
        await agent.close();
    });

    async function result(name: string, args: object): Promise<CallToolResult> {
        return (await agent.callTool({ name, arguments: { ...args } })) as CallToolResult;
    }

    async function call(name: string, args: object): Promise<Record<string, unknown>> {
        const answer = await result(name, args);
        assert.ok(!answer.isError, JSON.stringify(answer));
        return answer.structuredContent ?? {};
    }

    async function words(name: string, args: object): Promise<string> {
        const [first] = (await result(name, args)).content;
        assert.ok(first?.type === 'text');
        return first.text;
    }

    it('an agent finds every tool described', async () => {
        const { tools } = await agent.listTools();

        assert.equal(tools.length, 25);
        for (const tool of tools) {
            assert.ok(tool.description && tool.annotations?.readOnlyHint !== undefined, tool.name);
            for (const [name, argument] of Object.entries(tool.inputSchema.properties ?? {})) assert.ok(argument, name);
        }
    });

    it('it runs commands and code', async () => {
        const run = await call('run', { sandbox, command: 'cat; echo err >&2; exit 3', input: 'in' });
        assert.deepEqual([run['exitCode'], run['stdout'], run['stderr']], [3, 'in', 'err\n']);
        const code = await call('run_code', { sandbox, language: 'bash', code: 'echo $((6 * 7))' });
        assert.equal(code['stdout'], '42\n');
    });

    it('it hears a command while it runs', async () => {
        // It ends once it was heard, and not before.
        const command = 'echo up; until [ -e /tmp/heard ]; do sleep 0.05; done';
        const heard: string[] = [];
        await agent.callTool({ name: 'run', arguments: { sandbox, command } }, undefined, {
            onprogress: ({ message }) => {
                heard.push(message ?? '');
                void call('file_write', { sandbox, path: '/tmp/heard', content: '' });
            },
        });

        assert.deepEqual(heard, ['up\n']);
    });

    it('it gives up a command, which is then killed', async () => {
        const abort = new AbortController();
        const run = agent.callTool({ name: 'run', arguments: { sandbox, command: 'echo up; sleep 1000' } }, undefined, {
            signal: abort.signal,
            onprogress: () => abort.abort('enough'),
        });
        await assert.rejects(run);

        const left = await call('run', { sandbox, command: 'while pgrep -x sleep > /dev/null; do :; done', timeoutMs: 20_000 });
        assert.equal(left['exitCode'], 0);
    });

    it('it starts a command, reads its output and ends it', async () => {
        const { pid } = await call('process_start', { sandbox, command: 'echo up; sleep 1000' });
        const first = await call('process_output', { sandbox, pid, waitMs: 5000 });
        assert.deepEqual([first['stdout'], first['ended']], ['up\n', false]);

        await call('process_kill', { sandbox, pid });

        const last = await call('process_output', { sandbox, pid, cursor: first['nextCursor'], waitMs: 5000 });
        assert.deepEqual([last['stdout'], last['ended']], ['', true]);
    });

    it('it edits a file without spoiling the rest', async () => {
        const marked = '/tmp/marked.txt';
        await call('file_write', { sandbox, path: marked, content: Buffer.from('\ufeffone two\r\n').toString('base64'), encoding: 'base64' });
        assert.equal(await words('file_edit', { sandbox, path: marked, oldText: 'two', newText: 'three' }), `${marked} is changed`);
        const latin = '/tmp/latin.txt';
        await call('file_write', { sandbox, path: latin, content: Buffer.from('one \xe9t\xe9\n', 'latin1').toString('base64'), encoding: 'base64' });
        assert.match(await words('file_edit', { sandbox, path: latin, oldText: 'one', newText: 'two' }), /is not UTF-8/);

        const { files } = await workspace.getSandbox(sandbox);
        assert.equal(Buffer.from(await files.readBytes(marked)).toString(), '\ufeffone three\r\n');
        assert.equal(Buffer.from(await files.readBytes(latin)).toString('latin1'), 'one \xe9t\xe9\n');
    });

    it('it reads whole characters, and as a blob what is no text', async () => {
        const shown = async (path: string, part: object = {}) => {
            const { content } = await result('file_read', { sandbox, path, ...part });
            return content.map((one) => (one.type === 'text' ? one.text : one.type === 'resource' && 'blob' in one.resource ? Buffer.from(one.resource.blob, 'base64') : one));
        };
        await call('file_write', { sandbox, path: '/tmp/e', content: 'é'.repeat(5) });
        assert.deepEqual(await shown('/tmp/e', { length: 3 }), ['é', '[8 of 10 bytes follow, from offset 2 on]']);
        assert.deepEqual(await shown('/tmp/e', { offset: 2, length: 100 }), ['é'.repeat(4)]);
        assert.deepEqual(await shown('/tmp/e', { offset: 7 }), ['é', '[the text begins with a whole character, at offset 8]']);
        assert.deepEqual(await shown('/tmp/e', { length: 1 }), [Buffer.from([0xc3]), '[9 of 10 bytes follow, from offset 1 on]']);

        const latin = Buffer.from('one \xe9t\xe9\n', 'latin1');
        await call('file_write', { sandbox, path: '/tmp/l', content: latin.toString('base64'), encoding: 'base64' });
        assert.deepEqual(await shown('/tmp/l'), [latin]);
    });

    it('it works with files', async () => {
        const path = '/tmp/mcp/a.txt';
        await call('file_write', { sandbox, path, content: 'one two\n' });
        assert.equal(await words('file_edit', { sandbox, path, oldText: 'two', newText: 'three' }), `${path} is changed`);
        assert.equal(await words('file_read', { sandbox, path }), 'one three\n');
        assert.equal(await words('file_read', { sandbox, path, offset: 4, length: 3 }), 'thr');
        const listed = (await call('file_list', { sandbox, path: '/tmp/mcp' }))['files'] as { path: string }[];
        assert.deepEqual(listed.map((file) => file.path), [path]);
        assert.equal((await call('file_search', { sandbox, path: '/tmp/mcp', pattern: 'thr.e' }))['total'], 1);
        assert.deepEqual((await call('file_find', { sandbox, path: '/tmp/mcp', pattern: '*.txt' }))['matches'], [path]);
        await call('file_write', { sandbox, path: '/tmp/mcp/b', content: 'AAEC', encoding: 'base64' });
        const [blob] = (await result('file_read', { sandbox, path: '/tmp/mcp/b' })).content;
        assert.ok(blob?.type === 'resource' && 'blob' in blob.resource && blob.resource.blob === 'AAEC');
        await result('file_delete', { sandbox, path: '/tmp/mcp', recursive: true });
        assert.match(await words('file_read', { sandbox, path }), /^3001 FILE_NOT_FOUND/);
    });

    it('it works with git', async () => {
        await call('run', { sandbox, command: 'git init -q -b main /tmp/origin && cd /tmp/origin && git config receive.denyCurrentBranch ignore' });
        await call('file_write', { sandbox, path: '/tmp/origin/a', content: 'a\n' });
        await call('git_commit', { sandbox, path: '/tmp/origin', message: 'first' });
        const path = '/tmp/work';
        await call('git_clone', { sandbox, path, url: 'file:///tmp/origin' });
        await call('git_checkout', { sandbox, path, target: 'side', create: true });
        await call('file_write', { sandbox, path: `${path}/a`, content: 'b\n' });
        assert.equal((await call('git_status', { sandbox, path }))['clean'], false);
        assert.match(await words('git_diff', { sandbox, path }), /^\+b$/m);
        await call('git_commit', { sandbox, path, message: 'second' });
        await call('git_push', { sandbox, path, branch: 'side', setUpstream: true });
        assert.equal((await call('git_pull', { sandbox, path }))['success'], true);
        const { commits } = await call('git_log', { sandbox, path });
        assert.deepEqual((commits as { summary: string }[]).map(({ summary }) => summary), ['second', 'first']);
    });

    it('it is told of conflicts, and does not commit them unasked', async () => {
        const path = '/tmp/torn';
        const setUp = [
            `git init -q -b main ${path} && cd ${path} && echo 1 > a && git add a && git -c user.name=a -c user.email=a@b commit -qm 1`,
            'git checkout -qb side && echo 2 > a && git -c user.name=a -c user.email=a@b commit -qam 2',
            'git checkout -q main && echo 3 > a && git -c user.name=a -c user.email=a@b commit -qam 3 && git remote add origin .',
        ];
        await call('run', { sandbox, command: setUp.join(' && ') });

        assert.match(await words('git_pull', { sandbox, path, branch: 'side' }), /^5006 .*\n.*"conflicts":\["a"\]/);
        assert.match(await words('git_diff', { sandbox, path }), /^\+<<<<<<< HEAD$/m);
        assert.match(await words('git_commit', { sandbox, path, message: 'torn' }), /solve.*: a$/);
        assert.deepEqual((await call('git_status', { sandbox, path }))['conflicted'], ['a']);
        await call('git_reset', { sandbox, path, mode: 'hard' });
        assert.equal((await call('git_status', { sandbox, path }))['merging'], false);
    });

    it('it is told what is refused, by code', async () => {
        const answer = await result('run', { sandbox: 'sbx-none12345678', command: 'true' });

        assert.equal(answer.isError, true);
        assert.match((answer.content[0] as { text: string }).text, /^2001 SANDBOX_NOT_FOUND/);
        assert.equal((await result('run', { sandbox })).isError, true);
    });

    it('it lists and deletes sandboxes', async () => {
        const { id } = await call('sandbox_create', { labels: { of: 'mcp-list' }, allowInternet: false });
        const before = await call('sandbox_list', { labels: 'of=mcp-list' });
        assert.deepEqual((before['sandboxes'] as { id: string }[]).map((one) => one.id), [id]);
        assert.match((await call('sandbox_preview', { sandbox: id, port: 8080 }))['url'] as string, /8080/);

        await result('sandbox_delete', { sandbox: id });

        assert.deepEqual((await call('sandbox_list', { labels: 'of=mcp-list' }))['sandboxes'], []);
    });
});

describe('over streamable HTTP', { timeout: 60_000 }, () => {
    let program: ChildProcess;
    let url: URL;

    before(async () => {
        const { WORKSPACE_API_KEY: _, ...env } = process.env;
        program = spawn(process.execPath, [PROGRAM, '--http', '--port', '0', '--allow-origin', 'https://agent.example'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
        const [line] = (await once(createInterface({ input: program.stderr! }), 'line')) as [string];
        url = new URL(line.replace('elevo-mcp: ', ''));
    });

    after(() => program.kill());

    async function agentWith(key: string): Promise<{ agent: Client; transport: StreamableHTTPClientTransport }> {
        const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: { Authorization: `Bearer ${key}` } } });
        const agent = new Client({ name: 'test', version: '1' });
        // The types of the kit contradict each other under this compiler's strictness.
        await agent.connect(transport as Transport);
        return { agent, transport };
    }

    function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
        const all = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', Authorization: `Bearer ${KEY}`, ...headers };
        return fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
    }

    /** Of a request whose body does not come. */
    async function statusOfHead(headers: Record<string, string>): Promise<number> {
        const asked = http.request(url, { method: 'POST', headers: { Authorization: `Bearer ${KEY}`, ...headers } });
        asked.flushHeaders();
        const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
        asked.destroy();
        return answer.statusCode ?? 0;
    }

    const initialize = {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    };

    it('an agent works with the rights of its own key', async () => {
        const { key, id } = await workspace.api.createKey({ body: { name: 'looker', permissions: ['sandbox:read'] } });
        const [mine, theirs] = [await agentWith(KEY), await agentWith(key as string)];

        const made = (await mine.agent.callTool({ name: 'sandbox_create', arguments: {} })) as CallToolResult;
        const refused = (await theirs.agent.callTool({ name: 'sandbox_create', arguments: {} })) as CallToolResult;

        assert.match((refused.content[0] as { text: string }).text, /^1005 INSUFFICIENT_SCOPE/);
        await mine.agent.callTool({ name: 'sandbox_delete', arguments: { sandbox: made.structuredContent?.['id'] } });
        await Promise.all([mine.agent.close(), theirs.agent.close(), workspace.api.revokeKey({ path: { id } })]);
    });

    it('a session is for the key that began it', async () => {
        const { transport, agent } = await agentWith(KEY);
        const { key, id } = await workspace.api.createKey({ body: { name: 'other' } });
        const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
        const session = { 'Mcp-Session-Id': transport.sessionId as string };

        assert.equal((await post(ping, session)).status, 200);
        assert.equal((await post(ping, { ...session, Authorization: `Bearer ${key}` })).status, 404);
        assert.equal((await post(ping, { ...session, Authorization: '' })).status, 401);
        await transport.terminateSession();
        assert.equal((await post(ping, session)).status, 404);

        await Promise.all([agent.close(), workspace.api.revokeKey({ path: { id } })]);
    });

    it('nobody begins a session without a key that is good', async () => {
        const none = await post(initialize, { Authorization: '' });
        assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer']);
        assert.equal((await post(initialize, { Authorization: 'Bearer ewk_unknown' })).status, 401);
        assert.equal((await post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status, 400);
    });

    it('a page may use it only when it is allowed to', async () => {
        assert.equal((await post(initialize, { Origin: 'https://evil.example' })).status, 403);
        const allowed = { Origin: 'https://agent.example' };
        const preflight = await fetch(url, { method: 'OPTIONS', headers: { ...allowed, 'Access-Control-Request-Method': 'POST' } });
        assert.equal(preflight.status, 204);
        assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization/);
        const begun = await post(initialize, allowed);
        assert.deepEqual([begun.status, begun.headers.get('access-control-allow-origin')], [200, 'https://agent.example']);
    });

    it('a page that got its address by a name of its own is refused', async () => {
        assert.equal(await statusOfHead({ Host: 'evil.example' }), 403);
    });

    it('what is no message is refused', async () => {
        const headers = { Authorization: `Bearer ${KEY}` };
        assert.equal((await fetch(url, { method: 'POST', headers, body: 'no json' })).status, 400);
        assert.equal(await statusOfHead({ 'Content-Length': String(17 << 20) }), 413);
        assert.equal((await fetch(new URL('/other', url), { headers })).status, 404);
    });
});
