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
    await card.locator('.proves-line', { hasText: 'Ⅶ-1-4' }).getByRole('button', { name: '佐证说明' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('佐证说明').fill('发放控烟宣传册 180 份，办公区无烟蒂');
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(card.getByText('发放控烟宣传册 180 份')).toBeVisible();
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
    // By dropping it: what a mouse brings from another window.
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['关于召开创建动员会的通知'], '动员会通知.txt', { type: 'text/plain' }));
      return transfer;
    });
    const area = page.locator('.upload-area');
    await area.dispatchEvent('dragover', { dataTransfer: dropped });
    await area.dispatchEvent('drop', { dataTransfer: dropped });
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

  await test.step('an activity’s papers are drafted, kept and filed', async () => {
    const id = await page.evaluate(async () => {
      const lines = await (await fetch('/api/office/activities')).json();
      return lines.find((line: any) => line.activity.title.includes('文明交通劝导') && line.arrived > 0).activity.id;
    });
    await page.goto(`${server.url}/office/activities/${id}`);
    const summary = page.locator('.bundle-part', { hasText: '总结' });
    await expect(summary).toContainText('缺');
    await summary.getByRole('button', { name: '起草' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('正文')).toHaveValue(/文明交通劝导/);
    await dialog.getByRole('button', { name: '存为文件' }).click();
    await expect(summary).toContainText('有');
    await page.getByRole('button', { name: '归到测评项' }).click();
    await dialog.getByLabel('测评项').selectOption('Ⅳ-2-1');
    await dialog.getByRole('button', { name: '归档' }).click();
    await page.getByRole('link', { name: 'Ⅳ-2-1' }).click();
    await expect(page.getByText(/文明交通劝导/).first()).toBeVisible();
  });
});
