// The screens of app/src/routing.rs, and what opens on them, for tests that look at each.
import type { Page } from '@playwright/test';
import { choice, expect, field, type Server } from './test.ts';

export type Lang = 'zh' | 'en';
export type Prepare = (page: Page, say: (zh: string, en: string) => string) => Promise<void>;
export type Screen = [path: string, what?: string, prepare?: Prepare];

const tab = (zh: string, en: string): Prepare => async (page, say) =>
  page.getByRole('tab', { name: say(zh, en) }).click();
const pick = (zh: string, en: string): Prepare => async (page, say) => choice(page, say(zh, en)).click();
const press = (zh: string, en: string): Prepare => async (page, say) =>
  page.getByRole('button', { name: say(zh, en), exact: true }).first().click();
const key = (name: string): Prepare => async (page) => page.keyboard.press(name);
const itemRow: Prepare = async (page) => page.locator('.item-button').first().click();
const hourRow: Prepare = async (page) => page.locator('button.row-link').first().click();
const firstRow: Prepare = async (page) => page.locator('tbody tr').first().click();

export const onPhone: Screen[] = [
  ['/'],
  ['/check-in'],
  ['/check-in', 'code word', pick('口令', 'Code word')],
  ['/check-in', 'my code', pick('我的码', 'My code')],
  ['/c#nonsense'],
  ['/activities'],
  ['/activities/:activity'],
  ['/activities/:activity/gate'],
  ['/activities/:activity/gate', 'scan', tab('扫志愿者', 'Scan people')],
  ['/activities/:activity/gate', 'roster', tab('点名单', 'Roster')],
  ['/records'],
  ['/records/new'],
  ['/records/:record'],
  ['/drafts/:draft'],
  ['/drafts/:draft', 'with what is missing', press('提交', 'Submit')],
  ['/drafts/:draft', 'deletion', press('删除草稿', 'Delete the draft')],
  ['/me'],
  ['/outbox'],
  ['/no/such/page'],
];

export const forAnybody: Screen[] = [
  ['/login'],
  ['/login?idle'],
  ['/join/:invitation'],
  ['/join/NOSUCHCODE'],
  ['/a/:activity'],
];

export const inTheOffice: Screen[] = [
  ['/office'],
  ['/office/review'],
  ['/office/review', 'filters', press('筛选', 'Filter')],
  ['/office/review', 'reason', key('r')],
  ['/office/review', 'keys', key('?')],
  ['/office/review?state=all'],
  ['/office/review/:submission'],
  ['/office/activities'],
  ['/office/activities/new'],
  ['/office/activities/:activity'],
  ['/office/activities/:activity', 'editing', press('编辑', 'Edit')],
  ['/office/activities/:activity/roster'],
  ['/office/devices'],
  ['/office/people'],
  ['/office/people', 'one', firstRow],
  ['/office/departments'],
  ['/office/invitations'],
  ['/office/invitations', 'new', press('新建邀请', 'New invitation')],
  ['/office/quarantine'],
  ['/office/quarantine', 'correcting', press('更正后采纳', 'Correct and take in')],
  ['/office/quarantine', 'closing', press('不予采纳', 'Don’t take it in')],
  ['/office/quarantine', 'decided', pick('已处理', 'Decided')],
  ['/office/receipts'],
  ['/office/evidence'],
  ['/office/evidence?show=missing&project=%E2%85%A0'],
  ['/office/evidence/%E2%85%A0-1-2'],
  ['/office/files'],
  ['/office/search?q=' + encodeURIComponent('普法')],
  ['/office/standard'],
  ['/office/standards'],
  ['/office/standards/import'],
  ['/office/standards/:standard'],
  ['/office/tasks'],
  ['/office/tasks', 'board', pick('看板', 'Board')],
  ['/office/tasks', 'timeline', pick('时间轴', 'Timeline')],
  ['/office/tasks/import'],
  ['/office/tasks/:task'],
  ['/office/rectifications'],
  ['/office/rectifications', 'new', press('登记问题', 'Add a problem')],
  ['/office/rectifications/:problem'],
  ['/office/packs'],
  ['/office/packs/2026/0'],
  ['/office/hours'],
  ['/office/hours', 'correcting', hourRow],
  ['/office/hours', 'by person', pick('按人', 'By person')],
  ['/office/forms'],
  ['/office/forms/upload'],
  ['/office/forms/:form'],
  ['/office/premises'],
  ['/office/premises/import'],
  ['/office/premises/:premises'],
  ['/office/devices/rescue'],
  ['/office/self-assessment'],
  ['/self-assessment'],
  ['/self-assessment', 'an item', itemRow],
  ['/office/self-assessment', 'one', itemRow],
  ['/office/self-assessment', 'beside', press('填写', 'Fill in')],
  ['/office/participation'],
  ['/office/reports'],
  ['/office/activities/:activity/import'],
  ['/'],
  ['/records'],
  ['/me'],
  ['/kit'],
];

export type Ids = Record<string, string>;

/** Addresses that a staff member's phone has: an activity of today, a returned record, a draft. */
export async function idsOf(page: Page, server: Server, say: (zh: string, en: string) => string): Promise<Ids> {
  const last = () => new URL(page.url()).pathname.split('/').pop()!;
  await page.goto(server.url + '/activities');
  await page.getByRole('link', { name: /热血暖冬/ }).click();
  await expect(page.getByRole('heading', { name: /热血暖冬/ })).toBeVisible();
  const activity = last();
  await page.goto(server.url + '/records');
  await page.getByRole('link', { name: /市中心血站/ }).click();
  await expect(page.getByRole('heading', { name: /市中心血站/ })).toBeVisible();
  const record = last();
  await page.goto(server.url + '/records/new/enforcement_visit');
  await expect(field(page, say('对象名称', 'Name of the place'))).toBeVisible();
  const draft = last();
  return { activity, record, draft };
}

/** Addresses that the office has. */
export async function officeIds(page: Page): Promise<Ids> {
  return page.evaluate(async () => {
    const get = async (path: string) => (await fetch(path)).json();
    const activities = await get('/api/office/activities');
    const records = await get('/api/office/submissions?state=returned');
    const body = JSON.stringify({ role: 'recorder', department_id: null, days: 7, max_uses: 3 });
    const headers = { 'content-type': 'application/json' };
    const made = await fetch('/api/office/invitations', { method: 'POST', headers, body });
    return {
      activity: activities.find((line: any) => line.activity.public && line.arrived > 0).activity.id,
      submission: records.items[0].id,
      invitation: (await made.json()).code,
      standard: (await get('/api/office/standards/current')).line.id,
      task: (await get('/api/office/tasks')).tasks[0].task.id,
      problem: (await get('/api/office/rectifications'))[0].rectification.id,
      form: (await get('/api/office/forms'))[0].versions[0].id,
      premises: (await get('/api/office/premises'))[0].premises.id,
    };
  });
}

/** Sends a record that lacks an answer, so that the office has something to decide. */
export async function sendNameless(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const session = await (await fetch('/api/session')).json();
    const { device_id, organization_id, person_id: actor_id } = session;
    const now = Date.now();
    const submit = { type: 'submit', form_id: 'field_note', form_version: '1', title: '没有主题', answers: {} };
    const operation = {
      ...{ op_id: crypto.randomUUID(), device_id, device_seq: 1_000_000, device_epoch: 0, schema_version: 1 },
      ...{ organization_id, actor_id, record: { area: 'submissions', id: crypto.randomUUID() } },
      change: { area: 'submissions', change: submit },
      ...{ occurred_at: now, wall_clock: now, utc_offset_minutes: 480 },
    };
    const heartbeat = { device_id, outbox: 0, blobs: 0, max_device_seq: 1, device_epoch: 0, app_build: 'test' };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ heartbeat, operations: [operation] });
    await fetch('/api/sync/push', { method: 'POST', headers, body });
  });
}

/** Opens a screen as it is after loading, with what opens on it. */
export async function open(page: Page, server: Server, lang: Lang, [path, , prepare]: Screen, ids: Ids): Promise<void> {
  const address = path.replace(/:(\w+)/g, (_, name) => ids[name]);
  // A fresh page: `/c#…` to another fragment would be no load at all.
  await page.goto('about:blank');
  await page.goto(server.url + address);
  await settled(page);
  await prepare?.(page, (zh, en) => (lang === 'zh' ? zh : en));
}

/** Nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1, main h2, main .empty-title').first()).toBeVisible();
  // The kit shows waiting, too.
  if (page.url().endsWith('/kit')) return;
  await expect(page.locator('.skeleton, .skeleton-card, main [aria-busy="true"]')).toHaveCount(0);
  // No colour is on its way to another.
  await page.waitForFunction(() =>
    document.getAnimations().every((it) => it.playState !== 'running' || it.effect?.getTiming().iterations === Infinity),
  );
}
