// The evidence ledger: a record is mapped once at review, the item shows it, documents and search lead to it.
import { expect, logIn, test } from './support/test.ts';

test('a reviewed record proves an item, and everything leads back to it', async ({ newPage, ownServer: server }) => {
  test.setTimeout(120_000);
  const page = await newPage();
  await logIn(page, server, 'linjingshu');

  await test.step('search finds a record by its words', async () => {
    await page.goto(server.url + '/office/search?q=' + encodeURIComponent('四小行业普法'));
    await page.getByRole('link', { name: /城东综合市场北门/ }).first().click();
  });

  await test.step('one tap on a suggestion maps it', async () => {
    const card = page.getByRole('region', { name: '可以佐证' });
    await card.getByLabel('查找其他测评项').fill('无烟机关');
    await card.getByRole('button', { name: /Ⅶ-1-4/ }).click();
    await expect(card.getByRole('link', { name: /Ⅶ-1-4/ })).toBeVisible();
    await card.getByRole('link', { name: /Ⅶ-1-4/ }).click();
  });

  await test.step('the item has its photos, and they can be taken out again', async () => {
    await expect(page.getByText('建成无烟机关')).toBeVisible();
    await expect(page.getByText('现场照片 3/3')).toBeVisible();
    await page.getByRole('button', { name: '从这一项移出' }).first().click();
    await page.getByRole('button', { name: '移出', exact: true }).click();
    await expect(page.getByText('已移出')).toBeVisible();
  });

  await test.step('the ledger counts by project', async () => {
    await page.goto(server.url + '/office/evidence');
    await expect(page.getByRole('heading', { name: '按项目' })).toBeVisible();
    await page.getByLabel('按编号、内容查找').fill('Ⅰ-2-2');
    await expect(page.getByRole('link', { name: /Ⅰ-2-2/ }).getByText('已齐', { exact: true })).toBeVisible();
  });

  await test.step('a document is uploaded, described and filed', async () => {
    await page.goto(server.url + '/office/files');
    await page.locator('input[type=file]').setInputFiles({
      name: '动员会通知.txt', mimeType: 'text/plain', buffer: Buffer.from('关于召开创建动员会的通知'),
    });
    const row = page.getByRole('listitem').filter({ hasText: '动员会通知' });
    await expect(row.getByRole('link', { name: '动员会通知', exact: true })).toBeVisible();
    await row.getByRole('button', { name: '修改说明与归档' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文号').fill('示卫执〔创建〕8号');
    await dialog.getByLabel('类型').selectOption('notice');
    await dialog.getByLabel('归到测评项').selectOption('Ⅰ-1-3');
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(row.getByRole('link', { name: 'Ⅰ-1-3' })).toBeVisible();
  });
});
