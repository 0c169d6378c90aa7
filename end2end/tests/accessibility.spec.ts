// No screen has a violation that axe knows of, in both languages, light and dark.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  forAnybody, idsOf, inTheOffice, officeIds, onPhone, open, sendNameless, settled, type Ids, type Lang, type Screen,
} from './support/screens.ts';
import { expect, logIn, test, type Server } from './support/test.ts';

test.describe.configure({ mode: 'parallel' });

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

async function check(page: Page, server: Server, lang: Lang, screens: Screen[], ids: Ids): Promise<void> {
  for (const screen of screens) {
    const [path, what] = screen;
    await test.step(`${path} ${what ?? ''}`, async () => {
      await open(page, server, lang, screen, ids);
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
