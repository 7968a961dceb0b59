import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { WorkspaceClient } from '@elevo/workspace';
import { z } from 'zod';
import { ANYTHING, CHANGE, DESTROY, READ, answer, sandbox, shortened, text } from './answers.js';

const repository = { sandbox, path: z.string().startsWith('/').describe('directory of the repository, absolute') };
const credentials = {
    username: z.string().optional().describe('oauth2 for a token'),
    password: z.string().optional().describe('used for this call only and kept nowhere'),
};

export function gitTools(server: McpServer, client: WorkspaceClient): void {
    server.registerTool(
        'git_clone',
        {
            description: 'Clones a repository into a new directory.',
            inputSchema: { ...repository, url: z.string(), branch: z.string().optional(), depth: z.number().int().min(1).optional(), ...credentials },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.cloneRepository({ path: { id }, body })),
    );

    server.registerTool(
        'git_status',
        { description: 'The branch, and what has changed.', inputSchema: repository, annotations: READ },
        async ({ sandbox: id, path }) => answer(await client.api.getStatus({ path: { id }, query: { path } })),
    );

    server.registerTool(
        'git_diff',
        {
            description: 'What has changed in the work tree, or with staged in the index, or since a commit.',
            inputSchema: { ...repository, staged: z.boolean().optional(), commit: z.string().optional() },
            annotations: READ,
        },
        async ({ sandbox: id, ...query }) => text(shortened((await client.api.getDiff({ path: { id }, query })).diff)),
    );

    server.registerTool(
        'git_log',
        {
            description: 'The newest commits.',
            inputSchema: { ...repository, ref: z.string().optional(), limit: z.number().int().min(1).max(100).optional() },
            annotations: READ,
        },
        async ({ sandbox: id, ...query }) => {
            const { data } = await client.api.getLog({ path: { id }, query });
            return answer({ commits: data.map(({ sha, summary, author, authorDate }) => ({ sha, summary, author, authorDate })) });
        },
    );

    server.registerTool(
        'git_commit',
        {
            description:
                'Adds files, all that have changed by default, and commits them. Amid a merge each file that was in conflict must be named, or . for all: that says they are solved.',
            inputSchema: {
                ...repository,
                message: z.string().min(1),
                files: z.array(z.string()).min(1).optional().describe('relative to the repository'),
                author: z.string().optional(),
                email: z.string().optional(),
            },
            annotations: CHANGE,
        },
        async ({ sandbox: id, path, files, ...commit }) => {
            // To add a file says that its conflict is solved, which only who has solved it can say.
            const { conflicted } = await client.api.getStatus({ path: { id }, query: { path } });
            const unsolved = conflicted.filter((name) => !files?.includes(name) && !files?.includes('.'));
            if (unsolved.length) throw new Error(shortened(`Conflicts to solve, after which files names them: ${unsolved.join(', ')}`, 4_000));
            await client.api.addFiles({ path: { id }, body: { path, files: files ?? ['.'] } });
            const { sha, summary } = await client.api.commitChanges({ path: { id }, body: { path, ...commit } });
            return answer({ sha, summary });
        },
    );

    server.registerTool(
        'git_checkout',
        {
            description: 'Switches to a branch, tag or commit; with create to a new branch.',
            inputSchema: { ...repository, target: z.string().min(1), create: z.boolean().optional() },
            annotations: CHANGE,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.checkOut({ path: { id }, body })),
    );

    server.registerTool(
        'git_reset',
        {
            description: 'Goes back to a commit, HEAD by default, and gives up a merge that is open. mixed, the default, and soft keep the files as they are; with hard changes of tracked files are lost.',
            inputSchema: { ...repository, target: z.string().min(1).optional(), mode: z.enum(['soft', 'mixed', 'hard']).optional() },
            annotations: DESTROY,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.resetBranch({ path: { id }, body })),
    );

    server.registerTool(
        'git_pull',
        {
            description: 'Fetches from a remote and merges.',
            inputSchema: { ...repository, remote: z.string().optional(), branch: z.string().optional(), ...credentials },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.pullCommits({ path: { id }, body })),
    );

    server.registerTool(
        'git_push',
        {
            description: 'Pushes a branch, the current one by default.',
            inputSchema: {
                ...repository,
                remote: z.string().optional(),
                branch: z.string().optional(),
                setUpstream: z.boolean().optional(),
                ...credentials,
            },
            annotations: ANYTHING,
        },
        async ({ sandbox: id, ...body }) => answer(await client.api.pushCommits({ path: { id }, body })),
    );
}
