// The office's desktop: the review queue by keyboard, activities as they happen, devices, people.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { writeNote } from './support/notes.ts';
import { takePhotos } from './support/photos.ts';
import {
  choice,
  expect,
  field,
  handset,
  keptOffline,
  linkIn,
  logIn,
  status,
  test,
  toast,
  type NewPage,
  type Server,
} from './support/test.ts';
import { unzip } from './support/zip.ts';

const clinic = '结对社区健康义诊与卫生咨询';

async function someoneElse(newPage: NewPage, server: Server, who: string): Promise<Page> {
  const page = await newPage(handset);
  await logIn(page, server, who);
  return page;
}

async function openActivity(page: Page, server: Server, title: string): Promise<void> {
  await page.goto(server.url + '/office/activities');
  await page.getByRole('row').filter({ hasText: title }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
}

test('the queue is worked through with j, k, a and r, and narrowed by filters', async ({ page, ownServer: server }) => {
  await logIn(page, server, 'linjingshu');
  await page.goto(server.url + '/office/review');
  const lines = page.getByRole('list', { name: '待审记录' }).getByRole('link');
  const record = page.getByRole('article');
  await expect(lines).toHaveCount(12);
  await expect(page.getByRole('tab', { name: /待审核/ })).toContainText('12');

  await test.step('j and k move', async () => {
    const titles = await page.locator('.queue-title').allInnerTexts();
    await expect(record.getByRole('heading', { level: 2 })).toHaveText(titles[0]);
    await page.keyboard.press('j');
    await expect(record.getByRole('heading', { level: 2 })).toHaveText(titles[1]);
    await page.keyboard.press('j');
    await expect(record.getByRole('heading', { level: 2 })).toHaveText(titles[2]);
    await page.keyboard.press('k');
    await expect(record.getByRole('heading', { level: 2 })).toHaveText(titles[1]);
  });

  await test.step('? names the keys', async () => {
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: '快捷键' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: '快捷键' })).toBeHidden();
  });

  await test.step('a approves and the next one is shown', async () => {
    const title = await record.getByRole('heading', { level: 2 }).innerText();
    await page.keyboard.press('a');
    await expect(toast(page, '已通过')).toBeVisible();
    await expect(lines).toHaveCount(11);
    await expect(record.getByRole('heading', { level: 2 })).not.toHaveText(title);
    await expect(page.getByRole('tab', { name: /待审核/ })).toContainText('11');
  });

  await test.step('r asks for a reason, which must say something', async () => {
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: '退回修改' });
    await expect(field(dialog, '退回原因')).toBeFocused();
    await expect(dialog.getByRole('button', { name: '退回', exact: true })).toBeDisabled();
    await dialog.getByRole('button', { name: '照片不够，请补充' }).click();
    await dialog.getByRole('button', { name: '退回', exact: true }).click();
    await expect(toast(page, '已退回，作者的手机会收到原因')).toBeVisible();
    await expect(lines).toHaveCount(10);
  });

  await test.step('the filters narrow the list, and stay in the address', async () => {
    await page.getByRole('tab', { name: /全部/ }).click();
    await expect(lines).toHaveCount(32);
    await page.getByRole('button', { name: '筛选' }).click();
    await field(page, '类型').selectOption({ label: '普法宣传' });
    await expect(lines).toHaveCount(3);
    await field(page, '科室').selectOption({ label: '政策法规科' });
    await expect(lines).toHaveCount(3);
    await field(page, '人员').selectOption({ label: '孙博文' });
    await expect(lines).toHaveCount(1);
    await expect(lines).toContainText('城东综合市场北门');
    await page.reload();
    await expect(lines).toHaveCount(1);
    await page.getByRole('button', { name: '清除' }).click();
    await expect(lines).toHaveCount(32);
    // A fortnight ago nobody had recorded anything.
    await page.getByLabel('发生日期，从').fill('2026-01-01');
    await page.getByLabel('到', { exact: true }).fill('2026-01-02');
    await expect(page.getByText('没有符合筛选的记录')).toBeVisible();
  });
});

test('an activity is made, changed, and cancelled; phones show it', async ({ newPage, page, server }) => {
  const volunteer = await someoneElse(newPage, server, 'zhusihan');
  await logIn(page, server, 'linjingshu');
  await page.goto(server.url + '/office/activities');
  await page.getByRole('link', { name: '新建活动' }).click();
  await field(page, '活动名称').fill('敬老院义剪');
  await field(page, '地点').fill('福利中心二楼');
  await field(page, '组织者').selectOption({ label: '钱雨晴' });
  await field(page, '人数上限').fill('12');
  await page.getByRole('button', { name: '保存活动' }).click();
  await expect(page.getByRole('heading', { name: '敬老院义剪' })).toBeVisible();
  await expect(page.locator('.code-word')).toHaveText(/^\d{3} \d{3}$/);

  await volunteer.goto(server.url + '/activities');
  await volunteer.getByRole('link', { name: '敬老院义剪' }).click();
  await volunteer.getByRole('button', { name: '我要报名' }).click();
  await expect(volunteer.getByText('已报名 1/12 人')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: '竺思涵' })).toContainText('未到');

  await page.getByRole('button', { name: '编辑' }).click();
  const dialog = page.getByRole('dialog', { name: '编辑活动' });
  await expect(field(dialog, '活动名称')).toHaveValue('敬老院义剪');
  await field(dialog, '地点').fill('福利中心一楼大厅');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('福利中心一楼大厅')).toBeVisible();
  await page.getByRole('button', { name: '编辑' }).click();
  await dialog.getByRole('button', { name: '取消活动' }).click();
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('活动已取消')).toBeVisible();

  await volunteer.reload();
  await expect(volunteer.getByText('福利中心一楼大厅')).toBeVisible();
  await expect(volunteer.getByText('活动已取消')).toBeVisible();
});

test('whoever checks in appears at once on the open page', async ({ newPage, page, server }) => {
  await logIn(page, server, 'linjingshu');
  await openActivity(page, server, clinic);
  const word = (await page.locator('.code-word').innerText()).replace(/\D/g, '');
  const row = page.getByRole('row').filter({ hasText: '阮心怡' });
  await expect(page.getByRole('row').filter({ hasText: '韩雪梅' })).toContainText('现场登记');
  await expect(row).toHaveCount(0);

  const volunteer = await someoneElse(newPage, server, 'ruanxinyi');
  await volunteer.goto(server.url + '/check-in');
  await choice(volunteer, '口令').click();
  await field(volunteer, '活动').selectOption({ label: clinic });
  await field(volunteer, '现场口令').fill(word);
  await volunteer.getByRole('button', { name: '签到', exact: true }).click();
  await expect(volunteer.getByRole('heading', { name: '签到成功' })).toBeVisible();
  await expect(row).toContainText('已核验');
  await expect(row).toContainText('口令');
});

test('the roster comes as a workbook and as a sheet of A4', async ({ page, server }) => {
  await logIn(page, server, 'linjingshu');
  await openActivity(page, server, clinic);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '导出 Excel' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  const workbook = unzip(readFileSync(await download.path()));
  expect(workbook.get('xl/workbook.xml')?.toString()).toContain('name="签到表"');
  const texts = workbook.get('xl/sharedStrings.xml')?.toString() ?? '';
  for (const text of [clinic, '韩雪梅', '工会']) expect(texts).toContain(text);

  await page.getByRole('link', { name: '签到表' }).click();
  await expect(page.getByRole('row').filter({ hasText: '韩雪梅' })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('row').filter({ hasText: '韩雪梅' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByRole('button', { name: '打印' })).toBeHidden();
  const paper = await page.pdf({ preferCSSPageSize: true });
  // 210 by 297 mm, in points.
  expect(paper.toString('latin1')).toMatch(/MediaBox ?\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
});

test('the devices’ page tells which phone still holds work', async ({ newPage, page, server }) => {
  await logIn(page, server, 'linjingshu');
  await page.goto(server.url + '/office/devices');
  const held = page.getByRole('region', { name: '还有未送达内容' }).getByRole('listitem');
  const sample = held.filter({ hasText: '孙博文' });
  await expect(sample).toContainText('4 条记录，6 张照片');
  await expect(sample).toContainText('请联系本人');

  const [photo] = await takePhotos(newPage, '窗台积水');
  const phone = await someoneElse(newPage, server, 'maojunjie');
  // The fault: on this network no upload gets through.
  await phone.context().route('**/api/blobs**', (route) => route.abort());
  await writeNote(phone, server, '宿舍楼窗台积水', photo);
  await page.getByRole('button', { name: '刷新' }).click();
  await expect(async () => {
    await page.getByRole('button', { name: '刷新' }).click();
    await expect(held.filter({ hasText: '毛俊杰' })).toContainText('张照片', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });

  await phone.context().unroute('**/api/blobs**');
  await phone.reload();
  await expect(status(phone)).toContainText('全部已送达', { timeout: 30_000 });
  await expect(async () => {
    await page.getByRole('button', { name: '刷新' }).click();
    const done = page.getByRole('region', { name: '全部已送达' }).getByRole('listitem');
    await expect(done.filter({ hasText: '毛俊杰' })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
});

test('a revoked phone asks for the log-in, keeps its work, and sends it afterwards', async ({
  newPage,
  page,
  server,
}) => {
  const phone = await someoneElse(newPage, server, 'nishuqin');
  await keptOffline(phone);
  await phone.context().setOffline(true);
  await writeNote(phone, server, '消防通道堆了纸箱');
  await expect(status(phone)).toContainText('1 条已存在手机上');

  await logIn(page, server, 'chensiyuan');
  await page.goto(server.url + '/office/devices');
  const device = page.getByRole('listitem').filter({ hasText: '倪书琴' });
  await device.getByRole('button', { name: '停用设备' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).click();
  await expect(toast(page, '已停用，该设备需要重新登录')).toBeVisible();
  await expect(page.getByRole('region', { name: '已停用' })).toContainText('倪书琴');

  await phone.context().setOffline(false);
  await expect(status(phone)).toHaveText('请重新登录，1 条待发送', { timeout: 30_000 });
  await phone.goto(server.url + '/records');
  await expect(phone.getByRole('link', { name: '消防通道堆了纸箱' })).toContainText('待上传');
  await logIn(phone, server, 'nishuqin');
  await page.goto(server.url + '/office/review');
  await expect(page.getByRole('link', { name: /消防通道堆了纸箱/ })).toBeVisible();
});

test('people, departments and one-time links', async ({ newPage, page, server }) => {
  await logIn(page, server, 'chensiyuan');

  await test.step('a department is added and renamed', async () => {
    await page.goto(server.url + '/office/departments');
    await page.getByRole('button', { name: '新增科室' }).click();
    const dialog = page.getByRole('dialog');
    await field(dialog, '科室名称').fill('信息科');
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('信息科', { exact: true })).toBeVisible();
  });

  await test.step('somebody gets it, and another role', async () => {
    await page.goto(server.url + '/office/people');
    await page.getByLabel('搜索姓名、用户名、手机号').fill('应晓峰');
    await expect(page.getByText('共 1 人')).toBeVisible();
    await page.getByRole('row').filter({ hasText: '应晓峰' }).click();
    const dialog = page.getByRole('dialog', { name: '应晓峰' });
    await choice(dialog, '记录员').click();
    await field(dialog, '科室').selectOption({ label: '信息科' });
    await dialog.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('row').filter({ hasText: '应晓峰' })).toContainText('信息科');
    await expect(page.getByRole('row').filter({ hasText: '应晓峰' })).toContainText('记录员');
  });

  await test.step('a one-time link lets the person in, once', async () => {
    await page.getByRole('row').filter({ hasText: '应晓峰' }).click();
    await page.getByRole('button', { name: '生成一次性登录链接' }).click();
    const link = linkIn(await page.locator('.copy-text').innerText());
    const phone = await newPage(handset);
    await phone.goto(link);
    await expect(status(phone)).toContainText('全部已送达');
    const other = await newPage(handset);
    await other.goto(link);
    await expect(other.getByRole('alert')).toBeVisible();
    await expect(other.getByText('链接只能用一次')).toBeVisible();
  });
});

test('what a rule refused is taken in, or closed with a reason that the phone shows', async ({ newPage, page, server }) => {
  test.slow();
  const quick = await someoneElse(newPage, server, 'zhusihan');
  const late = await someoneElse(newPage, server, 'nishuqin');
  const later = await someoneElse(newPage, server, 'yingxiaofeng');
  await logIn(page, server, 'linjingshu');
  await page.goto(server.url + '/office/activities/new');
  await field(page, '活动名称').fill('一个人的岗位');
  await field(page, '地点').fill('服务台');
  await field(page, '组织者').selectOption({ label: '钱雨晴' });
  await field(page, '人数上限').fill('1');
  await page.getByRole('button', { name: '保存活动' }).click();
  await expect(page.getByRole('heading', { name: '一个人的岗位' })).toBeVisible();

  await test.step('two sign up without a signal while a third takes the place', async () => {
    for (const phone of [late, later]) {
      await phone.goto(server.url + '/activities');
      await phone.getByRole('link', { name: '一个人的岗位' }).click();
      await expect(phone.getByRole('button', { name: '我要报名' })).toBeVisible();
      await phone.context().setOffline(true);
      await phone.getByRole('button', { name: '我要报名' }).click();
      await expect(phone.getByRole('button', { name: '取消报名' })).toBeVisible();
    }
    await quick.goto(server.url + '/activities');
    await quick.getByRole('link', { name: '一个人的岗位' }).click();
    await quick.getByRole('button', { name: '我要报名' }).click();
    await expect(quick.getByText('已报名 1/1 人')).toBeVisible();
    await expect(status(quick)).toContainText('全部已送达');
    for (const phone of [late, later]) {
      await phone.context().setOffline(false);
      await phone.goto(server.url + '/outbox');
      await expect(phone.getByText('已收下，需要办公室处理')).toBeVisible({ timeout: 30_000 });
    }
  });

  // Not by all of its text: who could look after it is in every item.
  const held = (name: string) =>
    page.getByRole('listitem').filter({ has: page.locator('.held-meta', { hasText: name }) });

  await test.step('the office hands one over, takes it in, and closes the other', async () => {
    await page.goto(server.url + '/office/quarantine');
    // A reload would break off what isn't answered yet.
    const kept = page.waitForResponse((response) => response.request().method() !== 'GET' && response.ok());
    await held('倪书琴').getByLabel('跟进人').selectOption({ label: '陈思源' });
    await kept;
    await page.reload();
    await expect(held('倪书琴').getByLabel('跟进人').locator('option:checked')).toHaveText('陈思源');
    await held('倪书琴').getByRole('button', { name: '采纳入账' }).click();
    await expect(toast(page, '已采纳入账')).toBeVisible();
    await expect(held('倪书琴')).toHaveCount(0);
    await held('应晓峰').getByRole('button', { name: '不予采纳' }).click();
    const dialog = page.getByRole('dialog', { name: '不予采纳' });
    await dialog.getByRole('button', { name: '关闭这一条' }).click();
    await expect(dialog.getByText('请写明不予采纳的原因')).toBeVisible();
    await field(dialog, '原因').fill('岗位只能一个人，请看看下周的活动');
    await dialog.getByRole('button', { name: '关闭这一条' }).click();
    await expect(held('应晓峰')).toHaveCount(0);
    await choice(page, '已处理').click();
    await expect(held('应晓峰')).toContainText('岗位只能一个人');
    await expect(held('倪书琴')).toContainText('已采纳入账');
  });

  await test.step('each phone hears what became of it', async () => {
    await late.reload();
    await expect(late.getByText('已收下，需要办公室处理')).toHaveCount(0, { timeout: 30_000 });
    await later.reload();
    await expect(later.getByText('办公室没有采纳，原文已保留')).toBeVisible({ timeout: 30_000 });
    await expect(later.getByText('岗位只能一个人，请看看下周的活动')).toBeVisible();
    await later.getByRole('button', { name: '我知道了' }).click();
    await later.getByRole('button', { name: /报名：一个人的岗位/ }).click();
    await expect(later.getByRole('dialog').getByText('岗位只能一个人')).toBeVisible();
  });
});

test('two phones change the same answer; one tap settles it', async ({ newPage, page, server }) => {
  test.slow();
  const first = await someoneElse(newPage, server, 'nishuqin');
  const second = await someoneElse(newPage, server, 'nishuqin');
  await writeNote(first, server, '楼道有积水');
  await expect(status(first)).toContainText('全部已送达');
  const record = first.url();
  await second.goto(record);
  await expect(second.getByRole('heading', { name: '楼道有积水' })).toBeVisible({ timeout: 30_000 });
  for (const [phone, title] of [[first, '东楼道有积水'], [second, '西楼道有积水']] as const) {
    await phone.context().setOffline(true);
    await phone.getByRole('button', { name: '更正' }).click();
    await field(phone, '主题').fill(title);
    await phone.getByRole('button', { name: '提交' }).click();
    await expect(phone.getByRole('heading', { name: title })).toBeVisible();
  }
  await first.context().setOffline(false);
  await expect(status(first)).toContainText('全部已送达', { timeout: 30_000 });
  await second.context().setOffline(false);
  await expect(second.getByText('这几处在两台手机上改得不一样')).toBeVisible({ timeout: 30_000 });
  const other = second.locator('.conflict-side').filter({ hasText: '西楼道有积水' });
  await other.getByRole('button', { name: '用这个' }).click();
  await expect(second.getByText('这几处在两台手机上改得不一样')).toHaveCount(0);
  await expect(status(second)).toContainText('全部已送达', { timeout: 30_000 });

  await logIn(page, server, 'linjingshu');
  const id = record.split('/').pop()!;
  await page.goto(server.url + '/office/review/' + id);
  await expect(page.getByText('西楼道有积水').first()).toBeVisible();
  await expect(page.getByText('Two phones').or(page.getByText('同一处被两台手机'))).toHaveCount(0);
});
