// Premises: found and inspected without a network, rechecked, and what the office sees of it; the kiosk.
import { choice, desktop, expect, field, keptOffline, logIn, status, test } from './support/test.ts';

test('an open finding is rechecked without a network and closed for everybody', async ({ newPage, ownServer: server }) => {
  test.setTimeout(180_000);
  const page = await newPage();
  await logIn(page, server, 'qianyuqing');
  await keptOffline(page);
  await page.goto(server.url + '/premises');
  await expect(page.getByText('东溪客栈')).toBeVisible();
  await page.context().setOffline(true);

  await test.step('what is overdue stands first; searching finds it by its address', async () => {
    await page.getByLabel('搜索名称').fill('东溪路 28');
    await page.getByRole('link', { name: /东溪客栈/ }).click();
    await expect(page.getByText('逾期未改 2 项')).toBeVisible();
    await expect(page.getByText(/9\. ★床单/)).toBeVisible();
  });

  await test.step('the recheck begins with what the list knows', async () => {
    await page.getByRole('button', { name: '复查或检查' }).click();
    await page.getByRole('button', { name: '小旅馆检查表' }).click();
    await expect(field(page, '单位名称')).toHaveValue('东溪客栈（示例）');
    await expect(field(page, '地址')).toHaveValue('东溪路 28 号');
    await expect(choice(page, '复查')).toBeChecked();
    await page.goBack();
  });

  await test.step('or it asks only for the two lines that are open; both pass', async () => {
    await page.getByRole('button', { name: '复查或检查' }).click();
    await page.getByRole('button', { name: '复查未整改的项目' }).click();
    await expect(field(page, '单位名称')).toHaveValue('东溪客栈（示例）');
    await field(page, '正式文书编号').fill('示例文书 2026-1');
    const passes = page.getByRole('radio', { name: '合格', exact: true });
    await expect(passes).toHaveCount(2);
    for (const pass of await passes.all()) await pass.check({ force: true });
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page.getByText('待上传', { exact: true })).toBeVisible();
  });

  await test.step('the phone closes the findings at once', async () => {
    await page.getByRole('link', { name: '东溪客栈（示例）' }).click();
    await expect(page.getByText('没有待整改的问题。')).toBeVisible();
    await expect(page.getByRole('heading', { name: '已整改' })).toBeVisible();
  });

  await test.step('and the office sees it when the phone is back', async () => {
    await page.context().setOffline(false);
    await expect(status(page)).toHaveText(/全部已送达/);
    const answer = await page.request.get(`${server.url}/api/sync/pull?knows=premises`);
    const { rows } = await answer.json();
    const visits = rows.filter(({ row }: any) => row?.area === 'visits' && row.row.recheck);
    expect(visits.some(({ row }: any) => row.row.passed.includes('small_hotel/l09'))).toBe(true);
  });
});

test('a phone as a kiosk takes one person after the other and only the number ends it', async ({ newPage, ownServer: server }) => {
  const page = await newPage();
  await logIn(page, server, 'qianyuqing');
  await page.getByRole('link', { name: '结对社区健康义诊与卫生咨询' }).first().click();
  await page.getByRole('link', { name: '现场签到' }).click();
  await page.getByRole('tab', { name: '点名单' }).click();
  await page.getByRole('radio', { name: '签到', exact: true }).check({ force: true });
  await page.getByRole('button', { name: /自助签到/ }).click();
  await page.getByLabel('设一个退出用的数字').fill('2580');
  await page.getByRole('button', { name: '开始', exact: true }).click();

  for (const name of ['董思敏', '陆青禾']) {
    await page.getByLabel('请输入您的姓名').fill(name);
    await page.getByRole('button', { name: new RegExp(name) }).click();
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await expect(page.getByText('已签到', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: '下一位' }).click();
  }

  await test.step('who isn’t on the list signs in as a guest, with no network', async () => {
    await page.context().setOffline(true);
    await page.getByLabel('请输入您的姓名').fill('周慧敏');
    await expect(page.getByText(/按来宾签到/)).toBeVisible();
    await page.getByRole('button', { name: '我是来宾，不在名单上' }).click();
    await expect(page.getByLabel('来宾姓名')).toHaveValue('周慧敏');
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await expect(page.getByText('已签到', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: '下一位' }).click();
    await page.context().setOffline(false);
  });

  // Neither another address nor a reload leads out.
  await page.goto(server.url + '/records');
  await expect(page.getByLabel('请输入您的姓名')).toBeVisible();
  await page.getByRole('button', { name: '结束' }).click();
  await page.getByLabel('组织者设的数字').fill('0000');
  await page.getByRole('button', { name: '结束并返回' }).click();
  await expect(page.getByText('数字不对')).toBeVisible();
  await page.getByLabel('组织者设的数字').fill('2580');
  await page.getByRole('button', { name: '结束并返回' }).click();
  await expect(page.getByRole('heading', { name: '记录', exact: true })).toBeVisible();

  await test.step('the guest checks out at the kiosk, with no network, and is seen on the roster', async () => {
    await page.context().setOffline(true);
    await page.goto(server.url);
    await page.getByRole('link', { name: '结对社区健康义诊与卫生咨询' }).first().click();
    await page.getByRole('link', { name: '现场签到' }).click();
    await page.getByRole('tab', { name: '点名单' }).click();
    await page.getByRole('radio', { name: '签退', exact: true }).check({ force: true });
    await expect(page.getByRole('button', { name: '签退 周慧敏' })).toBeVisible();
    await page.getByRole('button', { name: /自助签到/ }).click();
    await page.getByLabel('设一个退出用的数字').fill('2580');
    await page.getByRole('button', { name: '开始', exact: true }).click();
    await page.getByLabel('请输入您的姓名').fill('周慧');
    await page.getByRole('button', { name: /周慧敏/ }).click();
    await page.getByRole('button', { name: '签退', exact: true }).click();
    await expect(page.getByText('已签退', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: '下一位' }).click();
    await page.getByLabel('请输入您的姓名').fill('周慧');
    await expect(page.getByRole('button', { name: /周慧敏/ })).toBeDisabled();
    await page.getByRole('button', { name: '结束' }).click();
    await page.getByLabel('组织者设的数字').fill('2580');
    await page.getByRole('button', { name: '结束并返回' }).click();
    await page.getByRole('tab', { name: '点名单' }).click();
    await expect(page.getByText(/来宾 .* · 在场/)).toBeVisible();
    await page.context().setOffline(false);
    await expect(status(page)).toHaveText(/全部已送达/, { timeout: 30_000 });
  });

  await test.step('the office sees the guest, corrects the name, removes it on request', async () => {
    const office = await newPage(desktop);
    await logIn(office, server, 'shenyihang');
    await office.goto(server.url + '/office/activities');
    await office.getByText('结对社区健康义诊与卫生咨询').first().click();
    await expect(office.getByRole('button', { name: /周慧敏.*–/ })).toBeVisible();
    await office.getByRole('button', { name: /周慧敏/ }).click();
    const dialog = office.getByRole('dialog', { name: '来宾：周慧敏' });
    await dialog.getByRole('textbox', { name: '姓名' }).fill('周慧民');
    await dialog.getByRole('button', { name: '保存' }).click();
    await office.getByRole('button', { name: /周慧民/ }).click();
    const again = office.getByRole('dialog', { name: '来宾：周慧民' });
    await again.getByRole('radio', { name: '删除姓名' }).check({ force: true });
    await again.getByRole('checkbox', { name: '来宾要求删除' }).check({ force: true });
    await again.getByRole('button', { name: '删除姓名' }).click();
    await expect(office.getByRole('button', { name: /姓名已删除/ })).toBeVisible();
    await expect(office.getByText('周慧民')).toHaveCount(0);
  });
});
