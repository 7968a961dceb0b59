import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { RunResult, WorkspaceClient } from '@elevo/workspace';
import { z } from 'zod';
import { ANYTHING, DESTROY, READ, answer, sandbox, shortened } from './answers.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const LANGUAGES = ['python', 'javascript', 'typescript', 'bash', 'go', 'rust', 'java', 'cpp', 'c', 'ruby', 'php'] as const;
const place = {
    cwd: z.string().optional().describe('absolute; the working directory of the sandbox by default'),
    env: z.record(z.string(), z.string()).optional(),
};
const pid = z.number().int().min(1);

export function processTools(server: McpServer, client: WorkspaceClient): void {
    server.registerTool(
        'run',
        {
            description: 'Runs a shell command to its end and returns its exit code and output.',
            inputSchema: {
                sandbox,
                command: z.string().min(1),
                ...place,
                input: z.string().optional().describe('for its standard input'),
                timeoutMs: z.number().int().min(1).optional().describe('after which it is killed; 60000 by default'),
            },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, command, ...options }, extra) => {
            const onOutput = teller(extra);
            const target = await client.getSandbox(id);
            const result = await target.run(command, { ...options, onStdout: onOutput, onStderr: onOutput }, { signal: extra.signal });
            return answer(told(result));
        },
    );

    server.registerTool(
        'run_code',
        {
            description: 'Runs a piece of code in one of the languages that the sandbox has.',
            inputSchema: {
                sandbox,
                language: z.enum(LANGUAGES),
                code: z.string().min(1),
                ...place,
                timeoutMs: z.number().int().min(1).optional().describe('30000 by default'),
            },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, ...body }, { signal }) => answer(told(await client.api.runCode({ path: { id }, body }, { signal }))),
    );

    server.registerTool(
        'process_start',
        {
            description: 'Starts a command in the background, such as a server, and returns its pid at once.',
            inputSchema: { sandbox, command: z.string().min(1), ...place },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.spawnCommand({ path: { id }, body })),
    );

    server.registerTool(
        'process_output',
        {
            description: 'What a started command has written, from its beginning or behind the cursor of the last answer.',
            inputSchema: {
                sandbox,
                pid,
                cursor: z.string().optional(),
                waitMs: z.number().int().min(0).max(25_000).optional().describe('how long to wait for more; 0 by default'),
            },
            annotations: READ,
        },
        async ({ sandbox: id, pid, ...query }) => {
            const output = await client.api.getOutput({ path: { id, pid }, query });
            const of = (stream: string) => output.chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data).join('');
            const { nextCursor, ended, exitCode, droppedBytes } = output;
            return answer({ stdout: of('stdout'), stderr: of('stderr'), nextCursor, ended, exitCode, droppedBytes });
        },
    );

    server.registerTool(
        'process_kill',
        { description: 'Ends a command and what it started.', inputSchema: { sandbox, pid }, annotations: DESTROY },
        async ({ sandbox: id, pid }) => answer(await client.api.killProcess({ path: { id, pid }, query: { signal: 'SIGTERM' } })),
    );
}

/** A client that asks for progress hears the command while it runs. */
function teller(extra: Extra): (output: string) => void {
    const progressToken = extra._meta?.progressToken;
    let progress = 0;
    return (output) => {
        if (progressToken === undefined) return;
        const params = { progressToken, progress: ++progress, message: output };
        extra.sendNotification({ method: 'notifications/progress', params }).catch((failure: unknown) => console.error('elevo-mcp:', failure));
    };
}

function told({ stdout, stderr, ...rest }: RunResult): object {
    return { ...rest, stdout: shortened(stdout), stderr: shortened(stderr) };
}
