// Evidence packs, service hours and reports: what the office sees of them and takes away.
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { desktop, expect, logIn, test, toast } from './support/test.ts';

test('the office sees what a year would bring and takes it away', async ({ newPage, ownServer: server }) => {
  test.setTimeout(120_000);
  const page = await newPage(desktop);
  await logIn(page, server, 'linjingshu');

  await test.step('every item is listed with what it lacks', async () => {
    await page.goto(server.url + '/office/packs');
    await expect(page.getByRole('link', { name: /Ⅰ-1-2/ })).toContainText('还缺');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载全部' }).click();
    const bytes = await readFile(await (await download).path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.includes('manifest.json')).toBe(true);
    await expect(toast(page, '材料包已下载，在浏览器的下载列表里')).toBeVisible();
  });

  await test.step('a project and an item are taken by themselves', async () => {
    const take = async (link: Locator) => {
      const download = page.waitForEvent('download');
      await link.click();
      return (await download).suggestedFilename();
    };
    expect(await take(page.getByRole('link', { name: '下载本项目' }).first())).toMatch(/材料包 Ⅰ\.zip$/);
    await page.getByRole('link', { name: /Ⅰ-1-2/ }).click();
    expect(await take(page.getByRole('link', { name: '下载材料包' }))).toMatch(/材料包 Ⅰ-1-2\.zip$/);
    await page.goto(server.url + '/office/packs');
  });

  await test.step('how far a download is stands on its button', async () => {
    const progress = { ticket: 0, state: 'making', percent: 37, bytes: 1 };
    await page.route('**/api/office/packs/progress?*', async (route) => {
      progress.ticket = Number(new URL(route.request().url()).searchParams.get('ticket'));
      await route.fulfill({ json: progress });
    });
    const take = page.locator('.pack-head .pack-take');
    await take.getByRole('link').click();
    await expect(take).toContainText('下载中 37%');
    await expect(take.getByRole('progressbar')).toHaveAttribute('value', '37');
    progress.state = 'broken';
    await expect(toast(page, '材料包没有下载完整，请重新下载')).toBeVisible();
    await expect(take).toContainText('下载全部');
    await page.unroute('**/api/office/packs/progress?*');
  });

  await test.step('an item has its sheet', async () => {
    await page.getByRole('link', { name: /Ⅰ-1-2/ }).click();
    await expect(page.getByRole('heading', { name: /Ⅰ-1-2 报送材料说明/ })).toBeVisible();
    await expect(page.getByText('一、测评要求')).toBeVisible();
  });

  await test.step('hours are corrected with a reason, beside what was recorded', async () => {
    await page.goto(server.url + '/office/hours');
    await page.locator('button.row-link').first().click();
    await page.getByRole('spinbutton').or(page.getByLabel('计入时长')).first().fill('120');
    await page.getByLabel('更正原因').fill('签退码失效，组织者证明');
    await page.getByRole('button', { name: '保存更正' }).click();
    await expect(page.getByText(/原 .*签退码失效，组织者证明/)).toBeVisible();
  });

  await test.step('each person has a sum, and the lists leave', async () => {
    await page.locator('label', { hasText: '按人' }).click();
    await expect(page.getByText(/志愿服务 \d+ 次/).first()).toBeVisible();
    for (const [link, name] of [['导出台账', '服务时长'], ['公示名单', '服务时长']] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: link }).click();
      expect((await download).suggestedFilename()).toContain(name);
    }
  });

  await test.step('the report is a document and a workbook', async () => {
    await page.goto(server.url + '/office/reports');
    for (const [link, name] of [['下载报告（Word）', '工作情况报告.docx'], [/Excel/, '工作情况统计.xlsx']] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: link }).click();
      expect((await download).suggestedFilename()).toContain(name);
    }
  });

  await test.step('every list is taken away from its page', async () => {
    for (const [path, name] of [
      ['tasks', '任务清单'], ['rectifications', '问题整改台账'], ['activities', '活动台账'], ['people', '人员名册'],
      ['files', '文件目录'], ['evidence', '佐证台账'], ['review', '记录目录'], ['standard', '测评标准'],
    ]) {
      await page.goto(server.url + '/office/' + path);
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: '导出 Excel' }).click();
      expect((await download).suggestedFilename(), path).toContain(`${name}.xlsx`);
    }
  });
});
