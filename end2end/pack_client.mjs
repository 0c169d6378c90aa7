// Keeps today's client for the tests of later releases: `cargo xtask pack-client VERSION`
// (node pack_client.mjs FOLDER FILE, with the built client in FOLDER).
//
// The archive holds what a server gives to a browser: the files of the build under their paths, the
// service worker, and the shell as `shell.html`.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { folder, startServer } from './bench/_machine.mjs';

const [site, target] = process.argv.slice(2);
const work = folder('client');
const { files } = JSON.parse(readFileSync(join(site, 'assets.json'), 'utf8'));
for (const path of [...Object.values(files), '/assets.json']) cpSync(join(site, path), join(work, path));

const server = await startServer();
const shell = await fetch(`${server.origin}/shell`, { headers: { 'accept-language': 'zh-CN' } });
writeFileSync(join(work, 'shell.html'), await shell.text());
await server.stop();

// The same files make the same archive.
const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
const packed = spawnSync('tar', ['-c', ...same, '-C', work, '.'], { maxBuffer: 1 << 28 });
if (packed.status !== 0) throw new Error(packed.stderr.toString());
const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: packed.stdout.length };
writeFileSync(target, brotliCompressSync(packed.stdout, { params }));
console.log(`${target}: ${statSync(target).size} bytes`);
process.exit();
