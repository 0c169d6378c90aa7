// Evidence packs, service hours and reports: what the office sees of them and takes away.
import { readFile } from 'node:fs/promises';
import { desktop, expect, logIn, test } from './support/test.ts';

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

  await test.step('the report is a document', async () => {
    await page.goto(server.url + '/office/reports');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载报告（Word）' }).click();
    expect((await download).suggestedFilename()).toContain('工作情况报告.docx');
  });
});
