// Against a running service: WORKSPACE_API_URL and WORKSPACE_API_KEY name it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import {
    AuthenticationError,
    ConflictError,
    ErrorCode,
    InvalidRequestError,
    NotFoundError,
    PermissionError,
    WorkspaceClient,
    type ApiError,
    type Sandbox,
} from '../dist/index.js';
import { CuttingProxy } from './cutting-proxy.js';

const client = new WorkspaceClient();

describe('a client', { timeout: 60_000 }, () => {
    let proxy: CuttingProxy;
    /** Comes through the proxy. */
    let unlucky: WorkspaceClient;
    let sandbox: Sandbox;
    /** The same sandbox, through the proxy. */
    let far: Sandbox;

    before(async () => {
        proxy = await CuttingProxy.before(client.apiUrl);
        unlucky = new WorkspaceClient({ apiUrl: proxy.url });
        sandbox = await client.createSandbox({ labels: { of: 'typescript' } });
        far = await unlucky.getSandbox(sandbox.id);
    });

    after(async () => {
        await sandbox?.delete();
        proxy?.close();
    });

    /** Whoever meant to cut a wire has cut one. */
    let expectedCuts = 0;
    afterEach(() => {
        assert.equal(proxy.cuts, expectedCuts);
    });

    function cutAfter(bytes: number): void {
        expectedCuts++;
        proxy.cutAfter(bytes);
    }

    it('runs a command', async () => {
        const result = await sandbox.run('echo out; echo err >&2; exit 3');

        assert.deepEqual([result.exitCode, result.stdout, result.stderr], [3, 'out\n', 'err\n']);
    });

    it('waits for a command longer than a request does', async () => {
        const result = await sandbox.run('sleep 0.3; echo late', { waitMs: 0 });

        assert.equal(result.stdout, 'late\n');
    });

    it('runs code', async () => {
        assert.equal((await sandbox.runCode('bash', 'echo $((6 * 7))')).stdout, '42\n');
    });

    it('hears a command while it runs', async () => {
        const heard: string[] = [];
        const result = await sandbox.run('cat; echo "grüße" >&2; exit 4', {
            input: 'typed',
            onStdout: (text) => heard.push(text),
            onStderr: (text) => heard.push(text),
        });

        assert.deepEqual(heard.sort(), ['grüße\n', 'typed']);
        assert.deepEqual([result.exitCode, result.stdout, result.stderr, result.truncated], [4, 'typed', 'grüße\n', false]);
    });

    it('kills a command that nobody wants any more', async () => {
        const abort = new AbortController();
        const run = sandbox.run('echo begun; sleep 1000', { onStdout: () => abort.abort(new Error('enough')) }, { signal: abort.signal });

        await assert.rejects(run, /enough/);

        const left = await sandbox.run('pgrep -x sleep');
        assert.equal(left.exitCode, 1, left.stdout);
    });

    it('talks with a command', async () => {
        const command = await sandbox.spawn('while read line; do echo "got $line"; done', { stdin: true });
        const lines = command.output();
        await command.write('one\n');
        const first = await lines.next();
        assert.equal(Buffer.from(first.value?.bytes ?? []).toString(), 'got one\n');

        await command.closeInput();

        assert.equal((await command.wait()).exitCode, 0);
    });

    it('kills a command', async () => {
        const command = await sandbox.spawn('sleep 1000');
        await command.kill('SIGKILL', { wait: true });

        const end = await command.wait();

        assert.deepEqual([end.exitCode, end.signal], [-1, 'SIGKILL']);
    });

    it('gets all of the output once, over a connection that breaks', async () => {
        const command = await far.spawn('seq 1 60000');
        cutAfter(100_000);

        const parts: Uint8Array[] = [];
        for await (const { bytes } of command) parts.push(bytes);

        const expected = Array.from({ length: 60_000 }, (_, i) => `${i + 1}\n`).join('');
        assert.ok(Buffer.concat(parts).toString() === expected);
        assert.equal((await command.wait()).exitCode, 0);
    });

    it('goes on reading where somebody else stopped', async () => {
        const command = await sandbox.spawn('echo first; read -r line; echo $line', { stdin: true });
        let cursor = '';
        for await (const chunk of command) {
            cursor = chunk.cursor;
            break;
        }
        await command.write('second\n');

        const rest: string[] = [];
        for await (const { bytes } of sandbox.command(command.pid).output({ cursor })) rest.push(Buffer.from(bytes).toString());

        assert.equal(rest.join(''), 'second\n');
    });

    it('makes one sandbox, though the answer was lost', async () => {
        cutAfter(0);

        const made = await unlucky.createSandbox({ labels: { lost: 'once' } });

        const found: string[] = [];
        for await (const { id } of client.listSandboxes({ labels: 'lost=once' })) found.push(id);
        assert.deepEqual(found, [made.id]);
        await made.delete();
    });

    it('runs a command once, though the answer was lost', async () => {
        cutAfter(0);

        const result = await far.run('echo ran >> /tmp/runs; wc -l < /tmp/runs');

        assert.equal(result.stdout.trim(), '1');
    });

    it('writes and reads a file', async () => {
        await sandbox.files.makeDirectory('/tmp/small');
        await sandbox.files.write('/tmp/small/a.txt', 'grüße\n', { mode: '0600' });
        await sandbox.files.append('/tmp/small/a.txt', 'mehr\n');

        assert.equal(await sandbox.files.read('/tmp/small/a.txt'), 'grüße\nmehr\n');
        assert.equal((await sandbox.files.stat('/tmp/small/a.txt')).mode, 0o600);
        await sandbox.files.copy('/tmp/small/a.txt', '/tmp/small/b.txt');
        await sandbox.files.move('/tmp/small/b.txt', '/tmp/small/c.txt');
        assert.deepEqual((await sandbox.files.list('/tmp/small')).map(({ name }) => name), ['a.txt', 'c.txt']);
        assert.equal((await sandbox.files.grep('/tmp/small', 'mehr')).total, 2);
        assert.deepEqual((await sandbox.files.find('/tmp/small', 'c*')).matches, ['/tmp/small/c.txt']);
        await sandbox.files.remove('/tmp/small', { recursive: true });
        assert.equal(await sandbox.files.exists('/tmp/small'), false);
    });

    it('uploads and downloads what no request carries', async () => {
        const content = randomBytes(12 << 20);
        const up: number[] = [];
        const down: number[] = [];

        const written = await sandbox.files.write('/tmp/big', content, { onProgress: (done) => up.push(done) });
        const read = await sandbox.files.readBytes('/tmp/big', { onProgress: (done) => down.push(done) });

        assert.equal(written.bytesWritten, content.length);
        assert.ok(content.equals(read));
        for (const steps of [up, down]) {
            assert.ok(steps.length > 3);
            assert.equal(steps.at(-1), content.length);
            assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
        }
    });

    it('uploads from a stream that can be opened again', async () => {
        const part = randomBytes(1 << 20);
        const size = 6 * part.length;
        await sandbox.files.write('/tmp/streamed', {
            size,
            open: async function* () {
                for (let i = 0; i < 6; i++) yield part;
            },
        });

        assert.equal((await sandbox.files.stat('/tmp/streamed')).size, size);
    });

    it('goes on with a download that broke off', async () => {
        const content = randomBytes(8 << 20);
        await sandbox.files.write('/tmp/broken', content);
        cutAfter(5 << 20);

        const read = await far.files.readBytes('/tmp/broken');

        assert.ok(content.equals(read));
    });

    it('does not take an upload for failed whose answer was lost', async () => {
        const content = randomBytes(6 << 20);
        // The address is told through the proxy, and what answers the upload is shorter than that.
        const target = await far.files.write('/tmp/lost', { size: content.length, open: () => pieces(content, () => cutAfter(0)) });

        assert.equal(target.bytesWritten, content.length);
        assert.ok(content.equals(await sandbox.files.readBytes('/tmp/lost')));
    });

    it('hears what happens to files', async () => {
        const feed = await sandbox.files.watch('/tmp', { events: ['created'] });
        await sandbox.files.write('/tmp/seen', '');

        for await (const { event, path } of feed) {
            assert.deepEqual([event, path], ['created', '/tmp/seen']);
            break;
        }
    });

    it('types at a terminal, over a connection that breaks', async () => {
        const terminal = await far.openTerminal({ cols: 100, rows: 30, env: { PS1: '' } });
        let shown = '';
        // What is typed is shown too: only what is printed has no quotes. Who waits for a line prints nothing, no prompt either, that could
        // break the connection before it is typed.
        await terminal.write('stty size; echo be""gun; read; echo en""ded; exit 5\n');
        for await (const bytes of terminal) {
            shown += Buffer.from(bytes).toString();
            if (shown.includes('begun\r\n')) break;
        }
        assert.match(shown, /30 100/);
        const again = await far.terminal(terminal.pid, { cursor: terminal.cursor as string });
        cutAfter(0);

        await again.write('go on\n');
        for await (const bytes of again) shown += Buffer.from(bytes).toString();

        assert.equal(shown.split('ended').length, 2);
        assert.equal(again.end?.exitCode, 5);
        assert.equal((await again.info()).active, false);
    });

    it('resizes and closes a terminal', async () => {
        const terminal = await sandbox.openTerminal();
        await terminal.resize(120, 40);
        const { cols, rows } = await terminal.info();
        assert.deepEqual([cols, rows], [120, 40]);

        await terminal.close();

        for await (const _ of terminal);
        assert.ok(terminal.end);
    });

    it('hears what becomes of sandboxes', async () => {
        const events = await client.events({ labels: { of: 'events' } });
        const made = await client.createSandbox({ labels: { of: 'events' } });
        await made.delete();

        const states: string[] = [];
        for await (const event of events) {
            if (event.event === 'gap') continue;
            states.push(event.state);
            assert.equal(event.sandboxId, made.id);
            if (event.state === 'deleted') break;
        }

        assert.ok(states.includes('running'), states.join());
    });

    it('pauses, resumes and forks', async () => {
        const made = await client.createSandbox();
        await made.files.write('/tmp/kept', 'kept');
        assert.equal((await made.pause()).info.state, 'paused');
        const [fork] = await made.fork();
        assert.equal(await fork?.files.read('/tmp/kept'), 'kept');
        assert.equal((await made.resume()).info.state, 'running');
        await Promise.all([made.delete(), fork?.delete()]);
    });

    it('works at a repository', async () => {
        await client.api.initRepository({ path: { id: sandbox.id }, body: { path: '/tmp/repo' } });
        const repository = sandbox.git('/tmp/repo');
        await sandbox.files.write('/tmp/repo/a', 'a');
        await repository.add();
        const { sha } = await repository.commit('first', { author: 'A', email: 'a@example.org' });

        assert.equal((await repository.log()).data[0]?.sha, sha);
        assert.equal((await repository.status()).clean, true);
        const copy = await sandbox.clone('file:///tmp/repo', '/tmp/copy');
        assert.equal((await copy.branches()).data[0]?.name, 'main');
    });

    it('throws what fits the refusal', async () => {
        await refused(client.getSandbox('sbx-none12345678'), NotFoundError, ErrorCode.SANDBOX_NOT_FOUND);
        await refused(sandbox.files.read('/tmp/none'), NotFoundError, ErrorCode.FILE_NOT_FOUND);
        await refused(sandbox.delete({ force: false }), ConflictError, ErrorCode.INVALID_SANDBOX_STATE);
        const { details } = await refused(client.createSandbox({ name: 'x' }), InvalidRequestError, ErrorCode.VALIDATION_ERROR);
        assert.equal((details['fields'] as { field: string }[])[0]?.field, 'name');
        await refused(new WorkspaceClient({ apiKey: 'ewk_unknown' }).config(), AuthenticationError, ErrorCode.INVALID_TOKEN);
        const { key, id } = await client.api.createKey({ body: { name: 'reader', permissions: ['sandbox:read'] } });
        await refused(new WorkspaceClient({ apiKey: key as string }).createSandbox(), PermissionError, ErrorCode.INSUFFICIENT_SCOPE);
        await client.api.revokeKey({ path: { id } });
    });

    it('is told by a stream too what does not exist', async () => {
        await refused(sandbox.command(999_999).output().next(), NotFoundError, ErrorCode.PROCESS_NOT_FOUND);
        await refused(sandbox.terminal(999_999), NotFoundError, ErrorCode.PTY_NOT_FOUND);
        await refused(sandbox.files.watch('/none'), NotFoundError, ErrorCode.FILE_NOT_FOUND);
    });
});

async function refused(promise: Promise<unknown>, kind: typeof ApiError, code: number): Promise<ApiError> {
    try {
        await promise;
    } catch (failure) {
        assert.ok(failure instanceof kind, String(failure));
        assert.equal(failure.code, code);
        return failure;
    }
    assert.fail(`it was not refused with ${code}`);
}

/** And what is to happen once the last of it is under way. */
async function* pieces(content: Uint8Array, then: () => void): AsyncGenerator<Uint8Array> {
    const last = content.length - (64 << 10);
    yield content.subarray(0, last);
    if (!hasHappened) then();
    hasHappened = true;
    yield content.subarray(last);
}
let hasHappened = false;
