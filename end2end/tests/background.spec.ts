// A page in the background: the browser wakes it when the network returns (Background Sync).
import type { CDPSession } from '@playwright/test';
import { titlesAt, writeNote } from './support/notes.ts';
import { expect, keptOffline, logIn, status, test } from './support/test.ts';

test('the browser’s word that the network is back sends what waits', async ({ page, server }) => {
  await page.clock.install();
  await logIn(page, server, 'luqinghe');
  await keptOffline(page);
  await page.context().route('**/api/**', (route) => route.abort());
  await writeNote(page, server, '放在口袋里的记录');
  await expect(status(page)).toHaveText('离线 · 1 条已存在手机上');
  // From here on none of the page's own timers runs out.
  await page.clock.pauseAt(Date.now() + 1_000);
  await page.context().unroute('**/api/**');

  await syncEvent(await page.context().newCDPSession(page), server.url);
  await expect(status(page)).toContainText('全部已送达');
  expect(await titlesAt(server, page)).toContain('放在口袋里的记录');
});

test('a page that goes offline asks to be woken', async ({ page, server }) => {
  await page.addInitScript(() => {
    const register = (window as any).SyncManager.prototype.register;
    (window as any).SyncManager.prototype.register = function (tag: string) {
      document.documentElement.dataset.asked = tag;
      return register.call(this, tag);
    };
  });
  await logIn(page, server, 'tumeiling');
  await keptOffline(page);
  await page.context().setOffline(true);
  await expect(page.locator('html')).toHaveAttribute('data-asked', 'send');
});

/** What the browser sends to the service worker when it sees a network again. */
async function syncEvent(devtools: CDPSession, origin: string): Promise<void> {
  const found = new Promise<string>((resolve) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (own) resolve(own.registrationId);
    }),
  );
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.dispatchSyncEvent', {
    origin,
    registrationId: await found,
    tag: 'send',
    lastChance: false,
  });
}
