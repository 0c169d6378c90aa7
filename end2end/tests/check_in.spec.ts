// The four ways to check in, each as the people at the gate go it: the volunteer scans the gate's
// code, the organizer scans the volunteer's, the organizer ticks the roster, the code word.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { scratch } from './support/machine.ts';
import { filmCode, readCode } from './support/qr.ts';
import {
  choice,
  desktop,
  expect,
  field,
  keptOffline,
  logIn,
  menu,
  status,
  test,
  type NewPage,
  type Server,
} from './support/test.ts';

/** On since an hour ago; five people are there already. */
const clinic = { title: '结对社区健康义诊与卫生咨询', organizer: 'qianyuqing' };
/** Has just begun. */
const blood = { title: '“热血暖冬”无偿献血', organizer: 'zhuhaining' };

async function openGate(page: Page, server: Server, activity: typeof clinic): Promise<Page> {
  await logIn(page, server, activity.organizer);
  await page.goto(server.url + '/activities');
  await page.getByRole('link', { name: activity.title }).click();
  await page.getByRole('link', { name: '现场签到' }).click();
  await expect(page.getByRole('img', { name: '签到码' })).toBeVisible();
  return page;
}

/** The office's line about somebody at an activity. */
async function officeLine(newPage: NewPage, server: Server, gate: Page, person: string) {
  const page = await newPage(desktop);
  await logIn(page, server, 'shenyihang');
  await page.goto(server.url + '/office' + new URL(gate.url()).pathname.replace(/\/gate$/, ''));
  return page.getByRole('row').filter({ hasText: person });
}

test('a volunteer scans the gate’s code with the camera, in and out', async ({
  newPage,
  newPageWithCamera,
  server,
}, info) => {
  const film = join(scratch, `gate-${info.workerIndex}.y4m`);
  const gate = await openGate(await newPage(), server, blood);
  await filmCode(gate.locator('.qr'), film);

  const page = await newPageWithCamera(film);
  await logIn(page, server, 'weijiashu');
  await page.locator('.hero-action').click();
  await expect(page.getByRole('heading', { name: '签到成功' })).toBeVisible();
  await expect(page.getByText(blood.title)).toBeVisible();
  await page.getByRole('link', { name: '完成' }).click();
  await expect(page.locator('.hero')).toContainText('已签到');

  await test.step('the same code again adds nothing', async () => {
    await menu(page, '签到').click();
    await expect(page.getByRole('heading', { name: /已签到过/ })).toBeVisible();
    await page.getByRole('link', { name: '完成' }).click();
  });

  await choice(gate, '签退').click();
  await filmCode(gate.locator('.qr'), film);
  await page.locator('.hero-action').click();
  await expect(page.getByRole('heading', { name: '签退成功' })).toBeVisible();
  await expect(status(page)).toContainText('全部已送达');

  const line = await officeLine(newPage, server, gate, '魏嘉树');
  await expect(line).toContainText('扫动态码');
  await expect(line).toContainText('已核验');
});

test('a code that the phone’s own camera opened checks in after the log-in that comes between', async ({
  newPage,
  server,
}) => {
  const gate = await openGate(await newPage(), server, blood);
  const page = await newPage();
  const link = await server.link('songyuwei');
  await page.goto(await readCode(gate.locator('.qr')));
  await expect(page.getByRole('button', { name: '登录' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: '签到成功' })).toBeVisible();
  await expect(page.getByText(blood.title)).toBeVisible();
});

test('a photo of the gate’s code will do where there is no camera; another code won’t', async ({
  newPage,
  server,
}) => {
  const gate = await openGate(await newPage(), server, blood);
  const page = await newPage();
  await logIn(page, server, 'lujunzhe');
  await page.goto(server.url + '/check-in');
  await expect(page.getByText('没有可用的相机').or(page.getByText('没有相机权限'))).toBeVisible();

  await page.getByRole('button', { name: '粘贴码的文字' }).click();
  await field(page, '码的文字或链接').fill('https://example.com/c#nonsense');
  await page.getByRole('button', { name: '使用', exact: true }).click();
  await expect(page.getByRole('heading', { name: '没有签上' })).toBeVisible();
  await page.getByRole('button', { name: '再扫一次' }).click();

  const photo = await gate.locator('.qr').screenshot();
  await page
    .locator('.scanner-other input[type=file]')
    .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: photo });
  await expect(page.getByRole('heading', { name: '签到成功' })).toBeVisible();
});

test('the organizer scans a volunteer’s own code, both phones offline', async ({
  newPage,
  ownServer: server,
  newPageWithCamera,
}, info) => {
  const film = join(scratch, `person-${info.workerIndex}.y4m`);
  const volunteer = await newPage();
  await logIn(volunteer, server, 'yuwanqing');
  await keptOffline(volunteer);
  await menu(volunteer, '签到').click();
  await choice(volunteer, '我的码').click();
  await expect(volunteer.getByRole('img', { name: '我的码' })).toBeVisible();
  await filmCode(volunteer.locator('.qr'), film);

  const gate = await openGate(await newPageWithCamera(film), server, clinic);
  await keptOffline(gate);
  for (const page of [volunteer, gate]) await page.context().setOffline(true);
  await server.stop();
  await volunteer.reload();
  await choice(volunteer, '我的码').click();
  await expect(volunteer.getByRole('img', { name: '我的码' })).toBeVisible();
  await filmCode(volunteer.locator('.qr'), film);

  await gate.getByRole('tab', { name: '扫志愿者' }).click();
  const card = gate.locator('.scan-card');
  await expect(card).toContainText('余婉清');
  await expect(card).toContainText(/签到成功|已签到过/);
  await expect(status(gate)).toHaveText('离线 · 1 条已存在手机上');
  await gate.getByRole('tab', { name: '出示码' }).click();
  await expect(gate.getByText('余婉清')).toBeVisible();

  await server.start();
  for (const page of [volunteer, gate]) await page.context().setOffline(false);
  await expect(status(gate)).toContainText('全部已送达', { timeout: 30_000 });
  const line = await officeLine(newPage, server, gate, '余婉清');
  await expect(line).toContainText('已核验');
});

test('the organizer ticks the roster, with a signature if wanted', async ({ newPage, server }) => {
  const gate = await openGate(await newPage(), server, clinic);
  await gate.getByRole('tab', { name: '点名单' }).click();
  const row = (name: string) => gate.locator('.roster-row').filter({ hasText: name });

  await gate.getByRole('searchbox').fill('项云舟');
  await expect(gate.locator('.roster-row')).toHaveCount(1);
  await gate.getByRole('button', { name: '签到 项云舟' }).click();
  await expect(row('项云舟')).toContainText('已签到');

  await gate.getByRole('switch', { name: '现场手写签名' }).check();
  await gate.getByRole('searchbox').fill('竺思涵');
  await gate.getByRole('button', { name: '签到 竺思涵' }).click();
  const dialog = gate.getByRole('dialog', { name: '请 竺思涵 签名' });
  await expect(dialog.getByRole('button', { name: '签到' })).toBeDisabled();
  await sign(gate, dialog.getByRole('img', { name: '手写签名' }));
  await dialog.getByRole('button', { name: '签到' }).click();
  await expect(row('竺思涵')).toContainText('已签到');
  await expect(status(gate)).toContainText('全部已送达', { timeout: 30_000 });

  const line = await officeLine(newPage, server, gate, '竺思涵');
  await expect(line).toContainText('现场登记');
});

test('the code word is enough without a camera; checking out gives the service minutes', async ({
  newPage,
  server,
}) => {
  // Five people's pages on two cores.
  test.slow();
  const gate = await openGate(await newPage(), server, clinic);
  const word = (await gate.locator('.gate-word-digits').innerText()).replace(/\D/g, '');
  expect(word).toHaveLength(6);

  await test.step('somebody who comes now checks in', async () => {
    const page = await newPage();
    await logIn(page, server, 'chenghaoran');
    await page.goto(server.url + '/check-in');
    await choice(page, '口令').click();
    await field(page, '活动').selectOption({ label: clinic.title });
    await field(page, '现场口令').fill('12');
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await expect(page.getByText('请输入 6 位数字')).toBeVisible();
    await field(page, '现场口令').fill(word);
    await page.getByRole('button', { name: '签到', exact: true }).click();
    await expect(page.getByRole('heading', { name: '签到成功' })).toBeVisible();
    await expect(status(page)).toContainText('全部已送达', { timeout: 30_000 });
    const line = await officeLine(newPage, server, gate, '程浩然');
    await expect(line).toContainText('口令');
    await expect(line).toContainText('已核验');
  });

  await test.step('somebody who came an hour ago checks out', async () => {
    const page = await newPage();
    await logIn(page, server, 'guzimo');
    await expect(page.locator('.hero')).toContainText(/已签到 · 已 (\d+ 小时|\d+ 分)/);
    await page.locator('.hero-action').click();
    await choice(page, '口令').click();
    await expect(page.getByRole('button', { name: '签退', exact: true })).toBeVisible();
    await field(page, '现场口令').fill(word);
    await page.getByRole('button', { name: '签退', exact: true }).click();
    await expect(page.getByRole('heading', { name: '签退成功' })).toBeVisible();
    await page.goto(server.url + '/activities');
    const served = page.getByRole('link', { name: clinic.title });
    await expect(served).toContainText(/已服务 (1|2) 小时/);
    await expect(status(page)).toContainText('全部已送达', { timeout: 30_000 });
    const line = await officeLine(newPage, server, gate, '顾子墨');
    await expect(line).toContainText(/(1|2) 小时/);
  });
});

async function sign(page: Page, pad: ReturnType<Page['locator']>): Promise<void> {
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 30, box.y + box.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 8; step++) {
    await page.mouse.move(box.x + 30 + step * 20, box.y + box.height / 2 + (step % 2 ? -30 : 30));
  }
  await page.mouse.up();
}
