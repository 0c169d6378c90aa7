// What only the browser itself can do to a page's storage, through its own tools.
import type { BrowserContext, Page } from '@playwright/test';

/** Breaks the page's connections to IndexedDB off, as the browser does when it is short of memory. */
export async function closeStores(page: Page): Promise<void> {
  // One more connection, to see it happen: the app opens its own anew at once.
  const canary = await page.evaluateHandle(async () => {
    const request = indexedDB.open('canary');
    await new Promise((resolve) => (request.onsuccess = resolve));
    return { closed: new Promise((resolve) => (request.result.onclose = resolve)) };
  });
  await closeAll(page.context());
  await canary.evaluate(async ({ closed }) => void (await closed));
}

/** Leaves the page's origin so many bytes more than it uses; `undefined`: as many as there are. Loads the page anew. */
export async function limitSpace(page: Page, more: number | undefined): Promise<void> {
  const url = page.url();
  const { origin } = new URL(url);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const quotaSize = more === undefined ? undefined : used + more;
  await page.goto('about:blank');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  // The browser remembers how much there was for as long as it keeps the databases open.
  await closeAll(page.context());
  await page.goto(url);
}

async function closeAll(context: BrowserContext): Promise<void> {
  const internals = await context.newPage();
  await internals.goto('chrome://indexeddb-internals/');
  await internals.locator('.force-close').first().click();
  await internals.close();
}

/** Clears the origin as the browser does under pressure: everything but the cookies. */
export async function evict(page: Page, origin: string): Promise<void> {
  await page.goto('about:blank');
  const devtools = await page.context().newCDPSession(page);
  const storageTypes = 'indexeddb,local_storage,cache_storage,service_workers,file_systems';
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes });
}

/** What the browser answers when the page asks it not to clear its storage. */
export async function answerPersist(page: Page, origin: string, setting: 'granted' | 'denied'): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Browser.setPermission', { permission: { name: 'persistent-storage' }, setting, origin });
}
