import { apiOf, type Api, type BodyOf, type Output, type QueryOf, type Schemas } from './api.js';
import { Feed } from './feed.js';
import { Sandbox } from './sandbox.js';
import { Stream } from './stream.js';
import { Transport, type CallOptions, type WorkspaceOptions } from './transport.js';

/** `gap`: some may have been missed, since a connection was lost and not taken up where it was; whoever must not miss one lists the sandboxes again. */
export type WorkspaceEvent =
    | {
          event: 'sandbox_status';
          sandboxId: string;
          name: string;
          state: Schemas['SandboxInfo']['state'];
          previousState?: Schemas['SandboxInfo']['state'];
          reason: string;
          timestamp: string;
      }
    | { event: 'gap' };

/** The service, for one credential. */
export class WorkspaceClient {
    /** Every call by its name in the description of the API. */
    readonly api: Api;
    private readonly transport: Transport;

    constructor(options: WorkspaceOptions = {}) {
        this.transport = new Transport(options);
        this.api = apiOf(this.transport);
    }

    get apiUrl(): string {
        return this.transport.apiUrl;
    }

    /** Made, and running unless `waitForReady` is false. */
    async createSandbox(request: NonNullable<BodyOf<'createSandbox'>> = {}, call: CallOptions = {}): Promise<Sandbox> {
        return this.sandbox(await this.api.createSandbox({ body: request }, call)).untilRunning(request.waitForReady);
    }

    /** By its id or its name. */
    async getSandbox(id: string): Promise<Sandbox> {
        return this.sandbox(await this.api.getSandbox({ path: { id } }));
    }

    /** All that fit, newest first, fetched as they are asked for. */
    async *listSandboxes(query: Omit<QueryOf<'listSandboxes'>, 'page' | 'cursor'> = {}): AsyncGenerator<Sandbox> {
        let cursor: string | undefined = '';
        while (cursor !== undefined) {
            const page: Output<'listSandboxes'> = await this.api.listSandboxes({ query: { ...query, cursor } });
            for (const info of page.data) yield this.sandbox(info);
            cursor = page.pagination.nextCursor;
        }
    }

    /** What becomes of sandboxes from now on. */
    async events(filter: { sandboxId?: string; labels?: Record<string, string> } = {}): Promise<Feed<WorkspaceEvent>> {
        const labels = filter.labels && Object.entries(filter.labels).map(([key, value]) => `${key}=${value}`);
        const stream = await Stream.open(this.transport, {
            path: '/api/v1/events',
            query: { ...(filter.sandboxId !== undefined && { sandboxId: filter.sandboxId }), ...(labels && { labels }) },
            probe: (call) => this.api.listSandboxes({ query: { limit: 1 } }, call),
            gap: { type: 'event', data: { event: 'gap' } },
        });
        return new Feed(stream, ({ type, data }) => {
            const happened = data as WorkspaceEvent | { event: 'subscribed' };
            return type === 'event' && happened.event !== 'subscribed' ? happened : undefined;
        });
    }

    config(): Promise<Schemas['ConfigInfo']> {
        return this.api.getConfig();
    }

    private sandbox(info: Schemas['SandboxInfo']): Sandbox {
        return new Sandbox(this.transport, this.api, info);
    }
}
