// What the measuring scripts share: the real server on sample data, a real Chromium, a slow phone.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

/** Slow 4G and a CPU four times slower, as Lighthouse and the developer tools define them. */
export const SLOW_4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1474.56 * 1024) / 8,
  uploadThroughput: (675 * 1024) / 8,
};
export const CPU_SLOWDOWN = 4;

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
export const DESKTOP = { viewport: { width: 1440, height: 900 } };

const ROLES = { Volunteer: 'volunteer', Recorder: 'recorder', Reviewer: 'reviewer', Administrator: 'administrator' };

/** A folder that goes with the process. */
export function folder(name) {
  const path = mkdtempSync(join(tmpdir(), `minglu-${name}-`));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts `minglu serve --sample` on an empty folder; `links` holds a one-time link for each role.
 * `wrapper` is a program that runs it, with its arguments.
 */
export async function startServer(data = folder('data'), wrapper = []) {
  const binary = process.env.MINGLU_BIN;
  if (!binary) throw new Error('MINGLU_BIN names no server: start this with `cargo xtask`');
  const [program, ...before] = [...wrapper, binary];
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(program, [...before, 'serve', '--sample', '--data', data, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MINGLU_PUBLIC_URL: origin, MINGLU_LOG: 'warn' },
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const links = {};
  let output = '';
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}\n${output}`)));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      for (const [, role, link] of output.matchAll(/^ {2}(\w+) \(.*\):\n {4}(\S+)\n/gm)) {
        links[ROLES[role]] = link;
      }
      if (output.includes('Minglu is at')) resolve();
    });
  });
  return {
    origin,
    links,
    pid: child.pid,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', resolve);
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), 3000).unref();
      }),
  };
}

/** A browser with a profile that outlives it. */
export function openBrowser(profile, options = {}, more = []) {
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env.MINGLU_CHROMIUM ?? '/usr/bin/chromium',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
    ...options,
  });
}

/** Logs in by a one-time link and waits until the whole app is kept for offline use. */
export async function logIn(page, link) {
  await page.goto(link);
  await page.waitForURL((url) => url.pathname !== '/login', { timeout: 60_000 });
  await page.waitForSelector('html[data-offline-ready]', { timeout: 60_000 });
}

/** Until the first pull is over and nothing is unsent. */
export async function allSynced(page) {
  await page.waitForFunction(() => /全部已送达|All sent/.test(document.body.innerText), null, { timeout: 60_000 });
}

/** Makes the page as slow as a cheap phone. */
export async function slowDown(page, network) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  if (network) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
  }
  return session;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of them don't exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

export function machine() {
  return `${cpus().length} cores, ${cpus()[0].model.trim()}, Node ${process.version}`;
}

export function row(...cells) {
  console.log(`| ${cells.join(' | ')} |`);
}
