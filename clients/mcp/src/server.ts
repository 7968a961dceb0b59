import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { WorkspaceClient } from '@elevo/workspace';
import { wholly } from './tools/answers.js';
import { fileTools } from './tools/files.js';
import { gitTools } from './tools/git.js';
import { processTools } from './tools/processes.js';
import { sandboxTools } from './tools/sandboxes.js';

const INSTRUCTIONS = `Sandboxes are isolated Linux machines. Create one with sandbox_create, work in it by its name or id, and delete it when
it is not needed any more. Files and installed packages stay from call to call; the working directory and variables of a command do not.
A command that fails is a result with an exit code. What should go on in the background is started with process_start.`;

class TellingServer extends McpServer {
    override registerTool: McpServer['registerTool'] = (name, config, tool) =>
        super.registerTool(name, config, (async (...call: Parameters<typeof tool>) => {
            try {
                return await (tool as (...call: unknown[]) => unknown)(...call);
            } catch (failure) {
                throw wholly(failure);
            }
        }) as typeof tool);
}

/** What an agent can do with the credential of this client. */
export function serverOf(client: WorkspaceClient): McpServer {
    const server = new TellingServer({ name: 'elevo-workspace', version: '0.1.0' }, { instructions: INSTRUCTIONS });
    for (const tools of [sandboxTools, processTools, fileTools, gitTools]) tools(server, client);
    return server;
}
