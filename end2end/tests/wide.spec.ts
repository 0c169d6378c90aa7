// The office on its desktop: nothing sticks out at 1440 and 1920 pixels, and everything works without a mouse.
import type { Locator, Page } from '@playwright/test';
import { inTheOffice, officeIds, open, sendNameless } from './support/screens.ts';
import { expect, logIn, test, toast } from './support/test.ts';

test.describe.configure({ mode: 'parallel' });
test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const lang of ['zh', 'en'] as const) {
  test.describe(lang, () => {
    test.use({ locale: lang === 'zh' ? 'zh-CN' : 'en-US' });

    test('every screen fits 1440 and 1920 pixels', async ({ page, server }) => {
      test.setTimeout(300_000);
      await logIn(page, server, 'chensiyuan');
      const ids = await officeIds(page);
      await sendNameless(page);
      for (const screen of inTheOffice) {
        const name = screen.slice(0, 2).join(' ');
        await test.step(name, async () => {
          await page.setViewportSize({ width: 1440, height: 900 });
          await open(page, server, lang, screen, ids);
          for (const width of [1440, 1920]) {
            await page.setViewportSize({ width, height: width === 1440 ? 900 : 1080 });
            expect.soft(await sticksOut(page), `${name} ${lang} ${width}`).toEqual([]);
          }
        });
      }
    });
  });
}

test('the tab key reaches everything on every screen, and shows where it is', async ({ page, server }) => {
  test.setTimeout(300_000);
  await logIn(page, server, 'chensiyuan');
  const ids = await officeIds(page);
  await sendNameless(page);
  for (const screen of inTheOffice) {
    const name = screen.slice(0, 2).join(' ');
    await test.step(name, async () => {
      await open(page, server, 'zh', screen, ids);
      expect.soft(await missedByTab(page), name).toEqual([]);
    });
  }
});

test('a problem is written down, found again and changed with the keyboard', async ({ page, ownServer: server }) => {
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/rectifications');
  const dialog = page.getByRole('dialog');

  await test.step('a dialog opens, takes the focus, and gives it back', async () => {
    await press(page, page.getByRole('button', { name: '登记问题' }), 'Enter');
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('button', { name: '登记问题' })).toBeFocused();
  });

  await test.step('it is filled in and saved', async () => {
    await page.keyboard.press('Enter');
    await type(page, dialog.getByLabel('问题', { exact: true }), '二楼消防通道堆放纸箱');
    await type(page, dialog.getByLabel('地点'), '二楼东侧');
    await press(page, dialog.getByRole('button', { name: '保存' }), 'Enter');
    await expect(toast(page, '已保存')).toBeVisible();
    await expect(dialog).toBeHidden();
  });

  await test.step('it is opened from the list', async () => {
    await page.goto(server.url + '/office/rectifications');
    await openRow(page, '二楼消防通道');
    await expect(page).toHaveURL(/rectifications\/.+/);
    await expect(page.getByText('二楼东侧').first()).toBeVisible();
  });
});

test('a task is done, and an item’s evidence looked at, with the keyboard', async ({ page, ownServer: server }) => {
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/evidence');
  await type(page, page.getByLabel('按编号、内容查找'), 'Ⅰ-2-2');
  await press(page, page.getByRole('link', { name: /Ⅰ-2-2/ }), 'Enter');
  await expect(page.getByRole('heading', { name: /Ⅰ-2-2/ }).first()).toBeVisible();

  await page.goto(server.url + '/office/tasks');
  await openRow(page, '组织无偿献血');
  await press(page, page.getByRole('button', { name: /办结/ }).first(), 'Enter');
  const dialog = page.getByRole('dialog');
  await type(page, dialog.getByRole('textbox').last(), '按要求无需材料，已当面汇报');
  await press(page, dialog.getByRole('button', { name: /办结|保存/ }).last(), 'Enter');
  await expect(dialog).toBeHidden();
});

test('a pack is taken and hours are corrected with the keyboard', async ({ page, ownServer: server }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/packs');
  const download = page.waitForEvent('download');
  await press(page, page.getByRole('link', { name: '下载本项目' }).first(), 'Enter');
  expect((await download).suggestedFilename()).toContain('材料包');

  await page.goto(server.url + '/office/hours');
  await press(page, page.locator('button.row-link').first(), 'Enter');
  const dialog = page.getByRole('dialog');
  const minutes = dialog.getByLabel('计入时长').first();
  await reach(page, minutes);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('120');
  await type(page, dialog.getByLabel('更正原因'), '签退码失效，组织者证明');
  await press(page, dialog.getByRole('button', { name: '保存更正' }), 'Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/原 .*签退码失效，组织者证明/)).toBeVisible();
});

test('each figure of the overview leads to what it counts', async ({ page, server }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await logIn(page, server, 'chensiyuan');
  const board = async () => {
    await page.goto(server.url + '/office');
    await expect(page.locator('.stand-figure').first()).toBeVisible();
  };
  await board();
  const overdue = page.locator('.stand-figure', { hasText: '已逾期' });
  const count = await overdue.locator('.stand-number').textContent();
  await overdue.click();
  await expect(page.getByText(`共 ${count} 项`)).toBeVisible();
  await expect(page.getByLabel('状态')).toHaveValue('overdue');

  await board();
  const week = page.locator('.weeks a', { hasText: /[1-9]/ }).first();
  await week.click();
  await expect(page.getByLabel('期限')).not.toHaveValue('');

  await board();
  const project = page.locator('.cover-bar').nth(1);
  const name = await project.locator('.cover-name').textContent();
  await project.click();
  await expect(page.locator('.project-anchor')).toHaveCount(1);
  await expect(page.locator('.project-anchor')).toContainText(name!);

  await board();
  await page.locator('.cover-item').first().click();
  await expect(page).toHaveURL(/evidence\/.+/);

  await board();
  await page.getByRole('link', { name: /个问题整改逾期/ }).click();
  await expect(page.getByLabel('状态')).toHaveValue('overdue');
});

/** Goes on with the tab key until `target` has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target.first()).toBeVisible();
  for (let presses = 0; presses < 300; presses++) {
    if (await target.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the tab key doesn’t lead to ${target}`);
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** Opens a row of the page's table: the tab key to the table, the arrows to the row. */
async function openRow(page: Page, text: string): Promise<void> {
  const row = page.getByRole('row').filter({ hasText: text }).first();
  await reach(page, page.locator('tbody tr[tabindex="0"]'));
  for (let presses = 0; presses < 100; presses++) {
    if (await row.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await reach(page, target);
  await page.keyboard.insertText(text);
}

/** What is wider than its place: the page, boxes beyond its edge, words cut off without a sign. */
async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const say = (element: Element, what: string) =>
      found.push(`${what}: ${element.outerHTML.slice(0, 120)} … ${(element.textContent ?? '').trim().slice(0, 40)}`);
    const root = document.scrollingElement!;
    if (root.scrollWidth > innerWidth) say(root, `the page is ${root.scrollWidth} wide`);
    const scrolls = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    for (const element of document.querySelectorAll('body *')) {
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || !element.checkVisibility({ visibilityProperty: true })) continue;
      let around = element.parentElement;
      while (around && !scrolls(around)) around = around.parentElement;
      const inside = !around || around === document.body || around === document.documentElement;
      if (inside && (box.right > innerWidth + 1 || box.left < -1)) say(element, 'beyond the edge');
      const style = getComputedStyle(element);
      const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '');
      const isCut = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && style.webkitLineClamp === 'none';
      if (isText && isCut && element.scrollWidth > element.clientWidth + 1) say(element, 'cut off');
    }
    return found;
  });
}

/** What the tab key passes by, or reaches without a sign of it. */
async function missedByTab(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    const dialog = [...document.querySelectorAll('dialog[open], [role=dialog]')].at(-1) ?? document.body;
    const radios = new Set<string>();
    const all = [...dialog.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex]')];
    const wanted = all.filter((element) => {
      if (element.tabIndex < 0 || element.matches(':disabled, [inert] *') || !element.checkVisibility()) return false;
      if (!element.matches('input[type=radio]')) return true;
      // Of a group of choices the key stops at one, the arrows go on.
      const { name } = element as HTMLInputElement;
      if (radios.has(name)) return false;
      radios.add(name);
      return false;
    });
    const reached = new Map<Element, boolean>();
    // How an element and what frames it look; whoever has the focus looks different.
    const look = (element: Element) =>
      [element, element.nextElementSibling, element.closest('label'), element.parentElement]
        .map((it) => it && getComputedStyle(it))
        .map((it) => it && [it.outline, it.boxShadow, it.borderColor].join(' '))
        .join();
    const calm = () => document.getAnimations().filter((it) => it.playState === 'running').forEach((it) => it.finish());
    (document.activeElement as HTMLElement | null)?.blur();
    calm();
    const before = new Map(all.map((element) => [element, look(element)]));
    // Before the key goes on, when whatever shows the focus has come.
    addEventListener('keydown', () => {
      const element = document.activeElement as HTMLElement;
      if (element === document.body) return;
      calm();
      reached.set(element, look(element) !== before.get(element));
    }, true);
    Object.assign(window, { wanted, reached });
    return wanted.length;
  });
  // A date is several stops.
  for (let presses = 0; presses < 2 * count + 30; presses++) await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const { wanted, reached } = window as unknown as { wanted: Element[]; reached: Map<Element, boolean> };
    const name = (element: Element) => element.outerHTML.slice(0, 140);
    return [
      ...wanted.filter((it) => it.isConnected && !reached.has(it)).map((it) => `not reached: ${name(it)}`),
      ...[...reached].filter(([, sign]) => !sign).map(([it]) => `no sign: ${name(it)}`),
    ];
  });
}
