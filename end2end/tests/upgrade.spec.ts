// What a phone with an earlier release's client holds when a new release comes: nothing of it is lost,
// whether the old client still sends it or the new one finds it.
import type { Page } from '@playwright/test';
import { port } from './support/machine.ts';
import { rowsAt, writeNote } from './support/notes.ts';
import { OldClient } from './support/old_client.ts';
import { takePhotos } from './support/photos.ts';
import { Gateway } from './support/proxy.ts';
import { expect, keptOffline, status, test, type NewPage, type Server } from './support/test.ts';

/** The releases whose clients are in `fixtures/`. */
const releases = ['0.1.0'];

const titles = ['旧版记下的一', '旧版记下的二', '旧版记下的三'];

/** A phone with the old client, three records and a photo on it, offline. */
async function fullPhone(page: Page, newPage: NewPage, server: Server, gateway: Gateway, url: string, release: string) {
  const [photo] = await takePhotos(newPage, '旧版拍的');
  const client = (gateway.client = new OldClient(release));
  const link = new URL(await server.link('lichengze'));
  await page.goto(url + link.pathname + link.search);
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  await keptOffline(page);
  await expect(page.locator('html')).toHaveAttribute('data-build', client.build);
  await page.context().setOffline(true);
  for (const [n, title] of titles.entries()) await writeNote(page, { url }, title, n === 0 ? photo : undefined);
  await expect(status(page)).toHaveText('离线 · 4 条已存在手机上');
  return client;
}

/** Everything is at the server, the photo's bytes too. */
async function expectArrived(page: Page, url: string): Promise<void> {
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  const rows = await rowsAt({ url }, page);
  const records = rows.filter(({ area, row }) => area === 'submissions' && titles.includes(row.title.split(' · ')[0]));
  expect(records.map(({ row }) => row.title.split(' · ')[0]).sort()).toEqual([...titles].sort());
  const first = records.find(({ row }) => row.title.startsWith(titles[0]))!.row;
  const photos = rows.filter(({ area, row }) => area === 'attachments' && row.subject.id === first.id);
  expect(photos.map(({ row }) => row.stored)).toEqual([true]);
}

for (const release of releases) {
  test(`the client of ${release} sends a full queue to today’s server`, async ({ newPage, page, ownServer: server }, info) => {
    const gateway = new Gateway(server);
    const url = await gateway.open(port(info, 5));
    const client = await fullPhone(page, newPage, server, gateway, url, release);
    await page.context().setOffline(false);
    await expectArrived(page, url);
    await expect(page.locator('html')).toHaveAttribute('data-build', client.build);
    await gateway.close();
  });

  test(`today’s client takes over the full queue of ${release} by the update, and sends it`, async ({ newPage, page, ownServer: server }, info) => {
    const gateway = new Gateway(server);
    const url = await gateway.open(port(info, 5));
    const client = await fullPhone(page, newPage, server, gateway, url, release);

    // The network carries the update, but the server is not there yet.
    gateway.client = undefined;
    gateway.build = 'the-next-build';
    await page.context().route('**/api/**', (route) => route.abort());
    await page.context().setOffline(false);
    await page.goto(url + '/records');
    await expect(page.locator('html')).toHaveAttribute('data-build', client.build);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await page.getByRole('button', { name: /新版本已就绪/ }).click({ timeout: 45_000 });
    await expect(page.locator('html')).toHaveAttribute('data-build', 'the-next-build');
    for (const title of titles) await expect(page.getByRole('link', { name: title })).toContainText('待上传');
    await expect(status(page)).toHaveText('离线 · 4 条已存在手机上');

    await page.context().unroute('**/api/**');
    await page.reload();
    await expectArrived(page, url);
    await gateway.close();
  });
}
