import { once } from 'node:events';
import net from 'node:net';

/** Stands between a client and the service, and cuts the wires. */
export class CuttingProxy {
    /** How much of what the service says next still gets through before the wire is cut; undefined: all. */
    private room: number | undefined;
    cuts = 0;

    private constructor(
        private readonly server: net.Server,
        readonly url: string,
    ) {}

    static async before(target: string): Promise<CuttingProxy> {
        const { hostname, port } = new URL(target);
        const server = net.createServer();
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const proxy = new CuttingProxy(server, `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
        server.on('connection', (client) => proxy.join(client, net.connect(Number(port), hostname)));
        return proxy;
    }

    /** Once: the connection that would carry more than so many bytes back is gone. */
    cutAfter(bytes: number): void {
        this.room = bytes;
    }

    close(): void {
        this.server.close();
    }

    private join(client: net.Socket, service: net.Socket): void {
        for (const [one, other] of [[client, service], [service, client]] as const) {
            one.on('error', () => other.destroy());
            one.on('close', () => other.destroy());
        }
        client.pipe(service);
        service.on('data', (data) => {
            if (this.room !== undefined && (this.room -= data.length) < 0) {
                this.room = undefined;
                this.cuts++;
                client.destroy();
                return;
            }
            if (!client.write(data)) {
                service.pause();
                client.once('drain', () => service.resume());
            }
        });
        service.on('end', () => client.end());
    }
}
