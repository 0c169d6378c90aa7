// The office's year: an item is assessed by its department and then by the office; whom nothing has reached.
import { choice, expect, field, handset, logIn, test, toast } from './support/test.ts';

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
    await expect(page.getByRole('link', { name: /^自评 .* 分未评$/ })).toBeVisible();
    await page.goto(server.url + '/me');
    await choice(page, 'English').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await page.goto(server.url + '/office');
    await page.getByRole('link', { name: /^Self-assessed: .* of 100, .* not yet$/ }).click();
    await expect(page).toHaveURL(/self-assessment/);
    await expect(page.getByRole('heading', { name: 'What would gain most' })).toBeVisible();
    await page.getByLabel('Find by code or words').fill('Ⅰ-1-2');
    await expect(row).toContainText(/[\d.]+ of 2/);
    await row.click();
    await expect(dialog.getByText('The department', { exact: true }).first()).toBeVisible();
    await expect(dialog.getByText(/^[\d.]+ of 2: /)).toBeVisible();
    await page.goto(server.url + '/me');
    await choice(page, '中文').click();
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
    await page.goto(server.url + '/office/self-assessment');
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

test('a department gives its word about its own items, until the office gives one to another', async ({
  newPage,
  ownServer: server,
}) => {
  const phone = await newPage(handset);
  await logIn(phone, server, 'wangliqun');
  const desk = await newPage();
  await logIn(desk, server, 'chensiyuan');
  const of = (page: typeof phone) => page.getByRole('button', { name: /Ⅰ-1-2/ });
  const look = async (page: typeof phone, path: string) => {
    await page.goto(server.url + path);
    await page.getByLabel('按编号、内容查找').fill('Ⅰ-1-2');
  };

  await test.step('a recorder writes for the department, and for nobody else', async () => {
    await phone.getByRole('link', { name: /科室自评/ }).filter({ visible: true }).first().click();
    await expect(phone.getByText(/办公室负责的测评项/)).toBeVisible();
    await phone.getByLabel('按编号、内容查找').fill('Ⅰ-1-2');
    await of(phone).click();
    const dialog = phone.getByRole('dialog');
    await expect(dialog.getByText('由谁填写')).toHaveCount(0);
    await dialog.getByRole('button', { name: '按台账填写' }).click();
    await field(dialog, '自评说明').fill('两次会议的纪要已归档');
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(toast(phone, '已保存')).toBeVisible();
    await expect(of(phone)).toContainText('待复核');
    await look(desk, '/office/self-assessment');
    await of(desk).click();
    await expect(desk.getByRole('dialog').getByText('两次会议的纪要已归档').first()).toBeVisible();
  });

  await test.step('the office gives the item to another department for this year', async () => {
    const dialog = desk.getByRole('dialog');
    await field(dialog, '本年度责任科室').selectOption({ label: '工会' });
    await expect(toast(desk, '责任科室已改')).toBeVisible();
    await desk.keyboard.press('Escape');
    await expect(of(desk)).toContainText('工会');
    await look(phone, '/self-assessment');
    await expect(phone.getByText('没有符合的测评项')).toBeVisible();
  });
});

test('the office sees whom nothing has reached yet, and no figures about anybody', async ({ newPage, server }) => {
  const page = await newPage();
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/participation');
  await expect(page.getByText('不公开、不排名，不作考核依据')).toBeVisible();
  await expect(page.getByText(/\d+ \/ \d+ 人参加过/).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: '还没有参加过的' })).toBeVisible();
  const groups = page.getByRole('heading', { name: /：\d+ 人$/ });
  const [department] = (await groups.first().innerText()).split('：');
  await page.getByLabel('科室', { exact: true }).selectOption({ label: department });
  await expect(groups).toHaveText([new RegExp(`^${department}：`)]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '邀请名单' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/邀请用.*\.xlsx$/);
  expect(download.url()).toContain('department=');
});
