// Several tabs of one account on one phone: exactly one of them syncs, and when it goes another does.
import type { BrowserContext, Page } from '@playwright/test';
import { submit, beginNote, titlesAt, watchPushes, writeNote } from './support/notes.ts';
import { expect, logIn, status, test, type Server } from './support/test.ts';

/** More tabs beside the one that is logged in. */
async function openTabs(page: Page, server: Server, more: number): Promise<Page[]> {
  const tabs = [page];
  for (let n = 0; n < more; n++) {
    const tab = await page.context().newPage();
    await tab.goto(server.url);
    await expect(status(tab)).toContainText('全部已送达');
    tabs.push(tab);
  }
  return tabs;
}

/** Whether the tab holds the lock of those that sync, told by its name among the browser's clients. */
function leads(tab: Page): Promise<boolean> {
  return tab.evaluate(() =>
    navigator.locks.request('who am I', async () => {
      const { held } = await navigator.locks.query();
      const own = held?.find((lock) => lock.name === 'who am I')?.clientId;
      const leaders = held?.filter((lock) => lock.name?.endsWith('-sync')) ?? [];
      if (leaders.length !== 1) throw new Error(`${leaders.length} leaders`);
      return leaders[0].clientId === own;
    }),
  );
}

/** The tab that leads, and the others. */
async function rank(tabs: Page[]): Promise<{ leader: Page; others: Page[] }> {
  const leading = await Promise.all(tabs.map(leads));
  expect(leading.filter(Boolean)).toHaveLength(1);
  return { leader: tabs[leading.indexOf(true)], others: tabs.filter((_, n) => !leading[n]) };
}

async function setLifecycle(context: BrowserContext, tab: Page, state: 'frozen' | 'active'): Promise<void> {
  const devtools = await context.newCDPSession(tab);
  await devtools.send('Page.setWebLifecycleState', { state });
}

test('five tabs save at once: one sends everything, each thing once', async ({ page, server }) => {
  test.setTimeout(180_000);
  await logIn(page, server, 'chenghaoran');
  const tabs = await openTabs(page, server, 4);
  const pushed = watchPushes(page.context());
  const titles = tabs.map((_, n) => `五个页面之${n + 1}`);
  await Promise.all(tabs.map((tab, n) => beginNote(tab, server, titles[n])));
  await rank(tabs);
  // Five pages on two cores take their time.
  await Promise.all(tabs.map((tab, n) => submit(tab, titles[n], 45_000)));
  for (const tab of tabs) await expect(status(tab)).toContainText('全部已送达', { timeout: 45_000 });
  expect(new Set(pushed).size).toBe(5);
  expect(pushed).toHaveLength(5);
  expect(await titlesAt(server, page)).toEqual(expect.arrayContaining(titles));
  await rank(tabs);
});

test('when the tab that syncs is closed, another one goes on', async ({ page, server }) => {
  await logIn(page, server, 'dongsimin');
  const tabs = await openTabs(page, server, 2);
  const pushed = watchPushes(page.context());
  const { leader, others } = await rank(tabs);
  const [one] = others;
  await page.context().setOffline(true);
  await writeNote(one, server, '领头的页面要关了');
  await leader.close();
  await page.context().setOffline(false);
  await expect(status(one)).toContainText('全部已送达', { timeout: 45_000 });
  await rank(others);
  expect(pushed).toHaveLength(1);
  expect(await titlesAt(server, one)).toContain('领头的页面要关了');
});

test('a tab that syncs and is frozen is replaced, and wakes as one of the others', async ({ page, server }) => {
  await logIn(page, server, 'guzimo');
  const { leader, others } = await rank(await openTabs(page, server, 1));
  const [other] = others;
  const pushed = watchPushes(page.context());

  await beginNote(other, server, '领头的页面冻住了');
  await setLifecycle(page.context(), leader, 'frozen');
  await ageSignOfLife(other, 200_000);
  await submit(other, '领头的页面冻住了');
  await expect(status(other)).toContainText('全部已送达', { timeout: 45_000 });
  expect(await leads(other)).toBe(true);
  expect(await titlesAt(server, other)).toContain('领头的页面冻住了');

  await setLifecycle(page.context(), leader, 'active');
  await writeNote(leader, server, '冻住的页面醒了');
  await expect(status(leader)).toContainText('全部已送达', { timeout: 45_000 });
  expect(await leads(other)).toBe(true);
  // Frozen in the middle of a request, it may have sent what the other then sent again: the server takes it once.
  expect(new Set(pushed).size).toBe(2);
  const titles = await titlesAt(server, leader);
  for (const title of ['领头的页面冻住了', '冻住的页面醒了']) {
    expect(titles.filter((known) => known === title)).toHaveLength(1);
  }
});

/** Makes the leader's last sign of life older, as if the time had passed. */
function ageSignOfLife(tab: Page, ms: number): Promise<void> {
  return tab.evaluate(async (ms) => {
    const [{ name }] = await indexedDB.databases();
    const result = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await result(indexedDB.open(name!));
    const meta = database.transaction('meta', 'readwrite').objectStore('meta');
    await result(meta.put(String(Number(await result(meta.get('leader'))) - ms), 'leader'));
    database.close();
  }, ms);
}
