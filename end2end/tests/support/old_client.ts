// The client of an earlier release, as its server gave it out (fixtures/README.md).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { scratch } from './machine.ts';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures');

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export interface File {
  bytes: Buffer;
  headers: Record<string, string>;
}

export class OldClient {
  readonly build: string;
  /** The document that every page starts with. */
  readonly shell: string;
  private readonly folder: string;

  constructor(version: string) {
    this.folder = join(scratch, `client-${version}-${process.pid}`);
    if (!existsSync(this.folder)) {
      mkdirSync(this.folder);
      const archive = brotliDecompressSync(readFileSync(join(fixtures, `client-${version}.tar.br`)));
      execFileSync('tar', ['-x', '-C', this.folder], { input: archive });
    }
    this.shell = readFileSync(join(this.folder, 'shell.html'), 'utf8');
    this.build = JSON.parse(readFileSync(join(this.folder, 'assets.json'), 'utf8')).build;
  }

  /** What is given out under a URL path, if it is a file of this client. */
  file(path: string): File | undefined {
    const type = TYPES[extname(path)];
    const place = join(this.folder, path);
    if (!type || !existsSync(place) || !statSync(place).isFile()) return undefined;
    const cache = path.startsWith('/pkg/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return { bytes: readFileSync(place), headers: { 'content-type': type, 'cache-control': cache } };
  }
}
