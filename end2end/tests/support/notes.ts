// Field notes: what a person writes on the phone, what the phone pushes, what the server then has.
import type { BrowserContext, Page } from '@playwright/test';
import type { Picture } from './photos.ts';
import { expect, field, type Server } from './test.ts';

/** Fills a note in, up to its submission. */
export async function beginNote(page: Page, server: { url: string }, title: string, photo?: Picture): Promise<void> {
  await page.goto(server.url + '/records/new/field_note');
  await field(page, '主题').fill(title);
  if (photo) {
    await page.locator('input[type=file][capture]').setInputFiles(photo);
    await expect(page.locator('.photo-grid img')).toHaveCount(1);
  }
}

/** Waits until a draft is in the store with what was typed last. */
export async function draftKept(page: Page, title: string): Promise<void> {
  const drafts = () =>
    page.evaluate(async () => {
      const done = (request: IDBRequest) => new Promise<any>((resolve) => (request.onsuccess = () => resolve(request.result)));
      const [{ name }] = await indexedDB.databases();
      const database = await done(indexedDB.open(name!));
      const all: string[] = await done(database.transaction('drafts').objectStore('drafts').getAll());
      database.close();
      return all.join();
    });
  await expect.poll(drafts).toContain(title);
}

/** Submits what was begun; the phone shows it as saved. */
export async function submit(page: Page, title: string, timeout?: number): Promise<void> {
  await page.getByRole('button', { name: '提交' }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible({ timeout });
}

export async function writeNote(page: Page, server: { url: string }, title: string, photo?: Picture): Promise<void> {
  await beginNote(page, server, title, photo);
  await submit(page, title);
}

/** The ids of all operations that a browser pushes from now on, as often as it does. */
export function watchPushes(context: BrowserContext): string[] {
  const pushed: string[] = [];
  context.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/api/sync/push')) return;
    const { operations } = JSON.parse(request.postData() ?? '{"operations":[]}');
    pushed.push(...operations.map((operation: { op_id: string }) => operation.op_id));
  });
  return pushed;
}

/** All rows that the server holds for whoever is logged in on the page, as `{area, row}`. */
export async function rowsAt(server: { url: string }, page: Page): Promise<{ area: string; row: any }[]> {
  const rows: { area: string; row: any }[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const at = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = await (await page.request.get(`${server.url}/api/sync/pull${at}`)).json();
    for (const { row } of answer.rows) if (row) rows.push(row);
    ({ cursor, more } = answer);
  }
  return rows;
}

/** The titles of the records that the server holds for whoever is logged in on the page. */
export async function titlesAt(server: { url: string }, page: Page): Promise<string[]> {
  const rows = await rowsAt(server, page);
  return rows.filter(({ area }) => area === 'submissions').map(({ row }) => row.title.split(' · ')[0]).sort();
}
