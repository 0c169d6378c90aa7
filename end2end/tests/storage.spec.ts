// The device's store keeps its contract in a real browser: the same facts that the store in
// memory is tested with (sync/src/storage/contract.rs), and what only a browser can do to it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';

const folder = process.env.MINGLU_STORAGE_CONTRACT ?? '../target/browser_contract';
const origin = 'http://localhost:4999';

async function open(context: BrowserContext): Promise<Page> {
  await context.route(`${origin}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>store</title>' });
    }
    const contentType = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return route.fulfill({ contentType, body: readFileSync(join(folder, name)) });
  });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  await page.evaluate(async () => {
    const url = '/browser_contract.js';
    const module = await import(url);
    await module.default({ module_or_path: '/browser_contract_bg.wasm' });
    (window as any).contract = module;
  });
  return page;
}

test('IndexedDB keeps the storage contract', async ({ context }) => {
  const page = await open(context);
  const lines: string[] = await page.evaluate(() => (window as any).contract.run_contract('facts'));
  expect(lines.length).toBeGreaterThanOrEqual(14);
  expect(lines.filter((line) => line.includes(': '))).toEqual([]);
});

test('a newer build in another tab is never blocked, and the old tab says what to do', async ({
  context,
}) => {
  const page = await open(context);
  const met = await page.evaluate(async () => {
    const tab = await (window as any).contract.Tab.open('upgraded');
    await tab.put('before');
    const upgraded = await new Promise((resolve, reject) => {
      const request = indexedDB.open('upgraded', 99);
      request.onblocked = () => reject(new Error('the old tab blocks the upgrade'));
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const stores = Array.from(request.result.objectStoreNames);
        request.result.close();
        resolve(stores);
      };
    });
    const error = await tab.put('after').catch((error: string) => error);
    return { upgraded, error };
  });
  expect(met.upgraded).toContain('outbox');
  expect(met.error).toBe('Outdated');
});

test('a full disk is reported as such, and nothing is half written', async ({ context }) => {
  const page = await open(context);
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  const met = await page.evaluate(async () => {
    const tab = await (window as any).contract.Tab.open('full');
    await tab.put('small');
    return await tab.put('x'.repeat(3_000_000)).catch((error: string) => error);
  });
  expect(met).toBe('Full');
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  const kept = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('full');
        request.onsuccess = () => {
          const get = request.result.transaction('meta').objectStore('meta').get('key');
          get.onsuccess = () => resolve(get.result);
        };
      }),
  );
  expect(kept).toBe('small');
});
