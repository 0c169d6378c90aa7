// No screen has a violation that axe knows of, in both languages, light and dark. The screens are
// those of app/src/routing.rs, and what opens on them.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { choice, expect, field, logIn, test, type Server } from './support/test.ts';

type Lang = 'zh' | 'en';
type Prepare = (page: Page, say: (zh: string, en: string) => string) => Promise<void>;
type Screen = [path: string, what?: string, prepare?: Prepare];

test.describe.configure({ mode: 'parallel' });

const tab = (zh: string, en: string): Prepare => async (page, say) =>
  page.getByRole('tab', { name: say(zh, en) }).click();
const pick = (zh: string, en: string): Prepare => async (page, say) => choice(page, say(zh, en)).click();
const press = (zh: string, en: string): Prepare => async (page, say) =>
  page.getByRole('button', { name: say(zh, en), exact: true }).first().click();
const key = (name: string): Prepare => async (page) => page.keyboard.press(name);
const firstRow: Prepare = async (page) => page.locator('tbody tr').first().click();

const onPhone: Screen[] = [
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

const forAnybody: Screen[] = [
  ['/login'],
  ['/login?idle'],
  ['/join/:invitation'],
  ['/join/NOSUCHCODE'],
  ['/a/:activity'],
];

const inTheOffice: Screen[] = [
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
  ['/office/files'],
  ['/office/search?q=' + encodeURIComponent('普法')],
  ['/office/standard'],
  ['/office/standards'],
  ['/office/standards/import'],
  ['/office/tasks'],
  ['/office/tasks', 'board', pick('看板', 'Board')],
  ['/office/tasks', 'timeline', pick('时间轴', 'Timeline')],
  ['/office/tasks/import'],
  ['/office/rectifications'],
  ['/office/rectifications', 'new', press('登记问题', 'Add a problem')],
  ['/office/packs'],
  ['/office/packs/2026/0'],
  ['/office/hours'],
  ['/office/reports'],
  ['/office/activities/:activity/import'],
  ['/'],
  ['/records'],
  ['/me'],
  ['/kit'],
];

for (const lang of ['zh', 'en'] as const) {
  const say = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  test.describe(lang, () => {
    test.use({ locale: say('zh-CN', 'en-US'), contextOptions: { reducedMotion: 'reduce' } });

    test('a staff member’s phone', async ({ page, server }, info) => {
      test.skip(info.project.name !== 'phone');
      test.setTimeout(480_000);
      await logIn(page, server, 'zhuhaining');
      const ids = await idsOf(page, server, say);
      await check(page, server, lang, onPhone, ids);
    });

    test('the office’s desktop', async ({ page, server }, info) => {
      test.skip(info.project.name !== 'desktop');
      test.setTimeout(480_000);
      await logIn(page, server, 'chensiyuan');
      const ids = await officeIds(page);
      await sendNameless(page);
      await check(page, server, lang, inTheOffice, ids);
    });

    test('the pages for anybody', async ({ newPage, page, server }) => {
      const office = await newPage();
      await logIn(office, server, 'chensiyuan');
      const ids = await officeIds(office);
      // A page behind another one may stand still.
      await office.close();
      await check(page, server, lang, forAnybody, ids);
    });
  });
}

type Ids = Record<string, string>;

/** Addresses that a staff member's phone has: an activity of today, a returned record, a draft. */
async function idsOf(page: Page, server: Server, say: (zh: string, en: string) => string): Promise<Ids> {
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
async function officeIds(page: Page): Promise<Ids> {
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
    };
  });
}

/** Sends a record that lacks an answer, so that the office has something to decide. */
async function sendNameless(page: Page): Promise<void> {
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

async function check(page: Page, server: Server, lang: Lang, screens: Screen[], ids: Ids): Promise<void> {
  const say = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  for (const [path, what, prepare] of screens) {
    const address = path.replace(/:(\w+)/g, (_, name) => ids[name]);
    await test.step(`${path} ${what ?? ''}`, async () => {
      // A fresh page: `/c#…` to another fragment would be no load at all.
      await page.goto('about:blank');
      await page.goto(server.url + address);
      await settled(page);
      await prepare?.(page, say);
      expect.soft(await repeatedIds(page), `ids on ${path} ${what ?? ''}`).toEqual([]);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await settled(page);
        // Without frames there is nothing to gather in a page of its own, which takes its time.
        const axe = new AxeBuilder({ page }).setLegacyMode();
        // The other scheme changes nothing but colours.
        if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
        const { violations } = await axe.analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n  ')}`);
        expect.soft(found, `${path} ${what ?? ''} ${lang} ${colorScheme}`).toEqual([]);
      }
    });
  }
}

/** Ids that stand more than once, so that a label leads to another field; axe leaves these out. */
async function repeatedIds(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  });
}

/** Nothing is being loaded any more. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1, main h2, main .empty-title').first()).toBeVisible();
  // The kit shows waiting, too.
  if (page.url().endsWith('/kit')) return;
  await expect(page.locator('.skeleton, .skeleton-card, main [aria-busy="true"]')).toHaveCount(0);
  // No colour is on its way to another.
  await page.waitForFunction(() =>
    document.getAnimations().every((it) => it.playState !== 'running' || it.effect?.getTiming().iterations === Infinity),
  );
}
