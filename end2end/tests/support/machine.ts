// What differs from machine to machine: the browser, the server's program, the ports.
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const chromium = process.env.MINGLU_CHROMIUM ?? '/usr/bin/chromium';

export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the phone's browser calls itself: Minglu keeps phones logged in longer than desktops. */
export const phoneAgent =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/142.0.0.0 Mobile Safari/537.36';

/** The first of the ports on 127.0.0.1 that the tests' servers listen on; each worker has ten. */
const firstPort = Number(process.env.MINGLU_E2E_PORT ?? 4700);

export function port(worker: { parallelIndex: number }, n: number): number {
  return firstPort + worker.parallelIndex * 10 + n;
}

/** Where all of a run's data folders are; made and removed by `setup.ts`. */
export const scratch = process.env.MINGLU_E2E_SCRATCH ?? join(tmpdir(), `minglu-e2e-${process.pid}`);
process.env.MINGLU_E2E_SCRATCH = scratch;

export const sample = join(scratch, 'sample');
