// A phone that can't reach the server: its sealed file, brought by a colleague's phone and by the office.
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { scratch } from './support/machine.ts';
import { takePhotos } from './support/photos.ts';
import { choice, desktop, expect, field, keptOffline, logIn, test, toast, type Server } from './support/test.ts';

/** Fills in an outreach with two photos, with no signal. */
async function record(page: Page, photos: string[], place: string): Promise<void> {
  await page.getByRole('link', { name: '写记录' }).click();
  await page.getByRole('button', { name: '普法宣传' }).click();
  await field(page, '地点').fill(place);
  await choice(page, '社区（村）居民').click();
  await choice(page, '基本医疗卫生与健康促进法').click();
  await field(page, '发放资料（份）').fill('120');
  await field(page, '受众（人次）').fill('90');
  await field(page, '现场咨询（人次）').fill('12');
  await page.locator('input[type=file][multiple]').setInputFiles(photos);
  await expect(page.getByRole('button', { name: '移除照片' })).toHaveCount(2);
  await page.getByRole('button', { name: '提交' }).click();
  await expect(page.getByText('待上传', { exact: true })).toBeVisible();
}

/** Where everything is, on the page of the sync status. */
function head(page: Page): Locator {
  return page.locator('.sync-head-title');
}

/** Saves everything unsent as a file and says where it lies. */
async function exported(page: Page, server: Server): Promise<string> {
  await page.goto(server.url + '/me');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^minglu-.+-\d{4}-\d\d-\d\d\.minglu$/);
  const path = `${scratch}/${file.suggestedFilename()}`;
  await file.saveAs(path);
  await expect(toast(page, '已存到下载文件夹')).toBeVisible();
  return path;
}

test('what a phone without network holds is brought by a colleague, and by the office, and counts once', async ({
  newPage,
  page,
  ownServer: server,
}) => {
  test.setTimeout(180_000);
  const photos = await takePhotos(newPage, '普法展台', '发放折页');
  const place = '云栖路地铁站口';
  await logIn(page, server, 'dongsimin');
  await keptOffline(page);
  await page.context().setOffline(true);
  await page.goto(server.url);
  await record(page, photos, place);
  const file = await exported(page, server);
  expect(readFileSync(file).includes(place), 'nobody on the way reads it').toBe(false);

  await test.step('the colleague takes it offline and hands it in online', async () => {
    const colleague = await newPage();
    await logIn(colleague, server, 'zhusihan');
    await keptOffline(colleague);
    await colleague.goto(server.url + '/me');
    const choose = colleague.locator('.row', { hasText: '替同事带文件' }).locator('input');
    await colleague.context().setOffline(true);
    await choose.setInputFiles({ name: 'x.minglu', mimeType: '', buffer: Buffer.from('PK something else') });
    await expect(toast(colleague, '这不是明录导出的文件，请选择扩展名为 .minglu 的文件')).toBeVisible();
    await choose.setInputFiles(file);
    await expect(toast(colleague, '已存在这台手机上，联网后自动送达')).toBeVisible();
    await colleague.goto(server.url + '/outbox');
    await expect(head(colleague)).toHaveText('1 条已存在手机上');
    await expect(colleague.getByText('等待送达，联网后自动上传')).toBeVisible();
    await colleague.context().setOffline(false);
    await expect(colleague.getByText('董思敏的文件已送达')).toBeVisible({ timeout: 30_000 });
    await expect(colleague.getByText('已收下 3 条、4 个照片文件')).toBeVisible();
    await expect(head(colleague)).toHaveText('全部已送达');
  });

  await test.step('the office sees the record, and importing the file again changes nothing', async () => {
    const office = await newPage(desktop);
    await logIn(office, server, 'linjingshu');
    await office.goto(server.url + '/office/devices');
    await office.getByRole('link', { name: '导入手机文件' }).click();
    const choose = office.locator('input[type="file"]');
    await choose.setInputFiles(photos[0]);
    await expect(office.getByText('这不是明录手机导出的文件')).toBeVisible();
    await choose.setInputFiles(file);
    await expect(office.getByText('董思敏的手机：已收下 3 条、4 个照片文件（之前都已送达）')).toBeVisible();
    await office.goto(server.url + '/office/review');
    const line = office.getByRole('list', { name: '待审记录' }).getByRole('link', { name: place });
    await expect(line).toHaveCount(1);
    await line.click();
    await expect(office.getByRole('article').locator('img').first()).toBeVisible();
  });

  await test.step('the phone comes back and has nothing to do', async () => {
    await page.context().setOffline(false);
    await page.goto(server.url + '/outbox');
    await expect(head(page)).toHaveText('全部已送达', { timeout: 45_000 });
  });
});
