// Before all tests: one data folder with the sample organization, which each server copies.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { port, sample, scratch } from './machine.ts';
import { Server } from './server.ts';

export default async function setup(): Promise<() => void> {
  mkdirSync(scratch, { recursive: true });
  const first = { sample: false, arguments: ['--sample'] };
  const server = await Server.start(port({ parallelIndex: 0 }, 9), first);
  await server.stop();
  renameSync(server.folder, sample);
  return () => rmSync(scratch, { recursive: true, force: true });
}
