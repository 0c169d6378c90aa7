// A gateway before a server, as in production. It can bring in a new build of the client: the service
// worker's script names another build, and the pages call themselves by it. It can give out the client
// of an earlier release. And it can break off uploads.
import { createServer, request, type ClientRequest, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OldClient } from './old_client.ts';
import type { Server } from './server.ts';

export class Gateway {
  /** The build that the client is passed off as; `undefined`: what it really is. */
  build: string | undefined;
  /** The client that is given out instead of the server's. */
  client: OldClient | undefined;
  /** The next `PATCH`es are broken off after so many bytes of their bodies. */
  cuts: number[] = [];
  private readonly http: HttpServer;

  constructor(server: Server) {
    this.http = createServer((asked, answer) => {
      const file = this.client?.file(asked.url ?? '/');
      if (file) {
        answer.writeHead(200, file.headers);
        answer.end(file.bytes);
        return;
      }
      const changed = asked.url === '/sw.js' || asked.headers.accept?.includes('text/html') || asked.url === '/shell';
      const headers = { ...asked.headers };
      if (changed) {
        // To be rewritten it must come plain, and whole.
        for (const name of ['accept-encoding', 'if-none-match']) delete headers[name];
      }
      const onward = request(
        { host: '127.0.0.1', port: server.port, method: asked.method, path: asked.url, headers },
        (found) => {
          if (!changed || (this.build ?? this.client) === undefined) {
            answer.writeHead(found.statusCode ?? 502, found.headers);
            found.pipe(answer);
            return;
          }
          const parts: Buffer[] = [];
          found.on('data', (part: Buffer) => parts.push(part));
          found.on('end', () => {
            const text = this.rewrite(Buffer.concat(parts).toString());
            const { 'content-length': _, etag: __, ...rest } = found.headers;
            answer.writeHead(found.statusCode ?? 502, rest);
            answer.end(text);
          });
        },
      );
      onward.on('error', () => answer.destroy());
      const cut = asked.method === 'PATCH' ? this.cuts.shift() : undefined;
      if (cut === undefined) asked.pipe(onward);
      else passUpTo(cut, asked, onward);
    });
  }

  private rewrite(text: string): string {
    const own = this.client?.shell ?? text;
    if (this.build === undefined) return own;
    return own
      .replace(/BUILD ?= ?"[^"]*"/, `BUILD = "${this.build}"`)
      .replace(/data-build="[^"]*"/, `data-build="${this.build}"`);
  }

  async open(port: number): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

/** Hands on the first bytes of a body, then breaks both connections off. */
function passUpTo(bytes: number, asked: IncomingMessage, onward: ClientRequest): void {
  let left = bytes;
  asked.on('data', (part: Buffer) => {
    if (left < 0) return;
    const passed = part.subarray(0, left);
    left -= part.length;
    // Flushed first: what the server was sent, it must get.
    onward.write(passed, () => {
      if (left > 0) return;
      left = -1;
      onward.destroy();
      asked.destroy();
    });
  });
}
