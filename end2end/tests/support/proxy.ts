// A gateway before a server, as in production, that can bring in a new build of the client: the
// service worker's script names another build, and the pages call themselves by it.
import { createServer, request, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './server.ts';

export class Gateway {
  /** The build that the client is passed off as; `undefined`: what it really is. */
  build: string | undefined;
  private readonly http: HttpServer;

  constructor(server: Server) {
    this.http = createServer((asked, answer) => {
      const changed = asked.url === '/sw.js' || asked.headers.accept?.includes('text/html') || asked.url === '/shell';
      const headers = { ...asked.headers };
      if (changed) {
        // To be rewritten it must come plain, and whole.
        for (const name of ['accept-encoding', 'if-none-match']) delete headers[name];
      }
      const onward = request(
        { host: '127.0.0.1', port: server.port, method: asked.method, path: asked.url, headers },
        (found) => {
          if (!changed || this.build === undefined) {
            answer.writeHead(found.statusCode ?? 502, found.headers);
            found.pipe(answer);
            return;
          }
          const parts: Buffer[] = [];
          found.on('data', (part: Buffer) => parts.push(part));
          found.on('end', () => {
            const text = Buffer.concat(parts)
              .toString()
              .replace(/BUILD ?= ?"[^"]*"/, `BUILD = "${this.build}"`)
              .replace(/data-build="[^"]*"/, `data-build="${this.build}"`);
            const { 'content-length': _, etag: __, ...rest } = found.headers;
            answer.writeHead(found.statusCode ?? 502, rest);
            answer.end(text);
          });
        },
      );
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    });
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
