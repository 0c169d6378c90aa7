// The office's year: an item is assessed by its department and then by the office; whom nothing has reached.
import { expect, field, logIn, test, toast } from './support/test.ts';

test('an item is assessed by its rule, first for the department, then for the office', async ({ newPage, ownServer: server }) => {
  const page = await newPage();
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/self-assessment');
  await expect(page.getByText('0 / 100')).toBeVisible();
  const row = page.getByRole('button', { name: /Ⅰ-1-2/ });
  await page.getByLabel('按编号、内容查找').fill('Ⅰ-1-2');
  await expect(row).toContainText('未评');
  const dialog = page.getByRole('dialog');

  await test.step('the department takes what the ledger says and adds its words', async () => {
    await row.click();
    await dialog.getByRole('button', { name: '按台账填写' }).click();
    await expect(dialog.getByText(/^得 .* 分：/)).toBeVisible();
    await field(dialog, '自评说明').fill('上半年开了一次会，纪要已归档');
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(toast(page, '已保存')).toBeVisible();
    await expect(row).toContainText('待复核');
  });

  await test.step('the office finds more, and its word counts', async () => {
    await row.click();
    await expect(dialog.getByText('科室自评').first()).toBeVisible();
    await expect(field(dialog, '自评说明')).toHaveValue('上半年开了一次会，纪要已归档');
    const facts = dialog.locator('[name=facts]');
    if ((await facts.first().getAttribute('type')) === 'radio') await dialog.getByText('符合', { exact: true }).click();
    else await facts.fill('0');
    await expect(dialog.getByText(/^得 .* 分：/)).toBeVisible();
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).not.toContainText('待复核');
  });

  await test.step('the first page tells of it, in English too', async () => {
    await page.goto(server.url + '/office');
    await page.getByRole('link', { name: /^自评 / }).click();
    await expect(page).toHaveURL(/self-assessment/);
  });

  await test.step('a closed year can’t be changed', async () => {
    await page.getByRole('button', { name: '定稿' }).click();
    await dialog.getByRole('button', { name: '定稿' }).click();
    await expect(page.getByText(/自评已定稿/)).toBeVisible();
    await page.getByLabel('按编号、内容查找').fill('Ⅰ-1-2');
    await row.click();
    await expect(dialog.getByRole('button', { name: '保存' })).toBeDisabled();
  });
});

test('the office sees whom nothing has reached yet, and no figures about anybody', async ({ newPage, server }) => {
  const page = await newPage();
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/participation');
  await expect(page.getByText('不公开、不排名，不作考核依据')).toBeVisible();
  await expect(page.getByText(/\d+ \/ \d+ 人参加过/).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: '还没有参加过的' })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '邀请名单' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/邀请用.*\.xlsx$/);
});
