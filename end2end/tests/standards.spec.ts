// The standard: a city's table becomes the standard in use; on site the phone says what is missing, offline.
import { expect, keptOffline, logIn, test } from './support/test.ts';

const TABLE = [
  '桂花市文明单位测评体系\t\t\t\t\t',
  '测评项目\t测评内容\t测评标准\t评分标准\t分值\t佐证材料',
  '一、组织管理（４分）\t组织领导（4分）\t成立领导小组\t不符合即不得分\t２分\t正式文件×1',
  '\t\t每年研究创建工作不少于2次\t每年不少于2次，每少1次扣1分\t2\t会议纪要×2；现场照片×4',
  '二、志愿服务（3分）\t活动\t开展志愿服务活动\t酌情给分\t2\t签到表×1；现场照片×3',
  '合计\t\t\t\t７\t',
].join('\n');

test('a pasted table is corrected, becomes a draft and the standard in use', async ({ newPage, ownServer: server }) => {
  const page = await newPage();
  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/standards/import');
  await page.getByLabel('或者从 Excel 复制后粘贴到这里').fill(TABLE);
  await page.getByRole('button', { name: '读取粘贴的表格' }).click();
  await expect(page.getByText('读到 2 个项目、2 项内容、3 条标准，共 7 分')).toBeVisible();
  await expect(page.getByText('测评项目“志愿服务”写的是 3 分，下面加起来是 2 分，相差 1').first()).toBeVisible();

  await test.step('a cell is corrected in the table', async () => {
    await page.getByRole('row', { name: /开展志愿服务活动/ }).getByRole('button', { name: '改这一行' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('分值', { exact: true }).fill('3');
    await dialog.getByRole('button', { name: '重新读取' }).click();
    await expect(page.getByText('下面加起来是 2 分')).toHaveCount(0);
  });

  await test.step('a rule that was not understood is corrected in the draft', async () => {
    await page.getByRole('button', { name: '存为草稿' }).click();
    await expect(page).toHaveURL(/\/office\/standards\/[0-9a-f-]{36}$/);
    await page.getByRole('listitem').filter({ hasText: '开展志愿服务活动' }).getByRole('button', { name: '修改' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('评分标准原文').fill('每年不少于4次，每少1次扣0.5分');
    await dialog.getByRole('button', { name: '按原文识别规则' }).click();
    await expect(dialog.getByText('每年不少于 4 次，每少 1 次扣 0.5 分')).toBeVisible();
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('每年不少于 4 次，每少 1 次扣 0.5 分')).toBeVisible();
  });

  await test.step('it is published, and an item has a page of its own', async () => {
    await page.getByRole('button', { name: '发布' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
    await expect(page).toHaveURL(/\/office\/standard$/);
    await expect(page.getByRole('heading', { name: '桂花市文明单位测评体系' })).toBeVisible();
    await page.getByRole('link', { name: '开展志愿服务活动' }).click();
    await expect(page.getByText('签到表 0/1')).toBeVisible();
    await expect(page.getByText('现场照片 0/3')).toBeVisible();
  });
});

test('on site the phone says what is missing without a network', async ({ newPage, ownServer: server }) => {
  test.setTimeout(120_000);
  const page = await newPage();
  await logIn(page, server, 'qianyuqing');
  await keptOffline(page);
  await page.goto(server.url + '/activities');
  await page.context().setOffline(true);
  await page.getByRole('link', { name: '结对社区健康义诊与卫生咨询' }).first().click();
  const hint = page.locator('details.standard-gap');
  await expect(hint.locator('summary')).toContainText('还缺');
  await hint.locator('summary').click();
  await expect(hint.getByText('仅供参考')).toBeVisible();
});
