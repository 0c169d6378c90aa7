// Filling in without a network: finding the form, what is missing, going back, last time's answers, and
// the kinds of questions that only a phone answers.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { scratch } from './support/machine.ts';
import { takePhotos } from './support/photos.ts';
import { filmBars } from './support/qr.ts';
import { choice, expect, field, keptOffline, logIn, test, toast } from './support/test.ts';

const missing = (page: Page) => page.getByRole('button', { name: /还差 \d+ 项/ });

test('a record is found by pinyin, filled in with help, taken back, resumed and sent', async ({ page, server }) => {
  await logIn(page, server, 'yeqinghe');
  await keptOffline(page);
  await page.context().setOffline(true);

  await test.step('the form is found by its first letters', async () => {
    await page.goto(`${server.url}/records/new`);
    await expect(page.getByRole('heading', { name: '执法与检查' })).toBeVisible();
    await page.getByRole('searchbox').fill('hyyy');
    await expect(page.locator('.list .row')).toHaveCount(1);
    await page.getByRole('button', { name: '会议与议定事项' }).click();
  });

  await test.step('one tap leads to what is missing', async () => {
    await expect(missing(page)).toHaveText('还差 5 项');
    await missing(page).click();
    await expect(page.locator('#question-meeting_kind input').first()).toBeFocused();
    await choice(page, '专题研究').click();
    await missing(page).click();
    await expect(field(page, '地点')).toBeFocused();
    await field(page, '地点').fill('三楼会议室');
    await expect(missing(page)).toHaveText('还差 3 项');
  });

  await test.step('the office’s calendar speaks below the date', async () => {
    await field(page, '日期').fill('2026-10-10');
    await expect(page.getByText('周六，为国庆节调休，上班')).toBeVisible();
    await field(page, '日期').fill('2026-06-19');
    await expect(page.getByText('周五，端午节，放假')).toBeVisible();
  });

  await test.step('a colleague is named by the first letters of the name', async () => {
    await page.getByRole('button', { name: '选人' }).click();
    const dialog = page.getByRole('dialog', { name: '主持 · 选人' });
    await dialog.getByRole('searchbox').fill('qyq');
    await dialog.getByRole('button', { name: /钱雨晴/ }).click();
    await expect(field(page, '主持')).toHaveValue('钱雨晴');
  });

  await test.step('the last changes are taken back', async () => {
    const undo = page.getByRole('button', { name: '撤销上一步' });
    await undo.click();
    await expect(field(page, '主持')).toHaveValue('');
    await undo.click();
    await expect(field(page, '日期')).not.toHaveValue('2026-06-19');
    await expect(field(page, '地点')).toHaveValue('三楼会议室');
  });

  await test.step('a refused submit says everything at the top, and each line leads to its field', async () => {
    await page.getByRole('button', { name: '提交' }).click();
    const summary = page.locator('.error-summary');
    await expect(summary.getByText('还有 3 处需要补充或更正')).toBeVisible();
    await summary.getByRole('button', { name: /到会人数/ }).click();
    await expect(field(page, '到会人数')).toBeFocused();
    await field(page, '到会人数').fill('12');
    await expect(summary.getByText('还有 2 处需要补充或更正')).toBeVisible();
  });

  await test.step('the draft opens where it was left', async () => {
    await page.locator('#question-agenda').evaluate((element) => element.scrollIntoView());
    await page.waitForFunction(() => /attendees|agenda/.test(localStorage.getItem('minglu.places') ?? ''));
    await page.reload();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(200);
    await expect(page.locator('#question-agenda')).toBeInViewport();
  });

  await test.step('and the next record of the form takes over what is usual', async () => {
    await field(page, '议题').fill('文明单位创建');
    await field(page, '议定事项').fill('按计划推进，办公室，月底');
    await page.getByRole('button', { name: '提交' }).click();
    await expect(toast(page, '已保存，会自动上传')).toBeVisible();
    await page.goto(`${server.url}/records/new`);
    await expect(page.locator('.section').first().getByRole('heading', { name: '最近用过' })).toBeVisible();
    await page.getByRole('button', { name: '会议与议定事项' }).click();
    await page.getByRole('button', { name: '填入 2 项' }).click();
    await expect(field(page, '地点')).toHaveValue('三楼会议室');
    await expect(choice(page, '专题研究').locator('input')).toBeChecked();
    await expect(field(page, '到会人数')).toHaveValue('');
    await page.getByRole('button', { name: '撤销上一步' }).click();
    await expect(field(page, '地点')).toHaveValue('');
  });
  await page.context().setOffline(false);
});

/** Runs in the page: puts a form with pages, a repeat with photos, a code and a signature in a form's place. */
function exchange(): void {
  const text = (zh: string, en: string) => ({ zh, en });
  const question = (name: string, kind: unknown, label: string, more = {}) => ({
    node: 'question',
    name,
    kind,
    label: text(label, name),
    sensitivity: 'internal',
    ...more,
  });
  const nodes = [
    { node: 'group', name: 'first', label: text('开头', 'First'), nodes: [question('code', 'barcode', '设备编号')] },
    {
      node: 'repeat',
      name: 'finds',
      label: text('问题', 'Findings'),
      nodes: [
        question('what', 'text', '问题描述', { required: 'true()' }),
        question('shots', 'image', '问题照片'),
      ],
    },
    {
      node: 'group',
      name: 'last',
      label: text('签字', 'Signing'),
      nodes: [question('signed', 'image', '当事人签字', { appearance: ['signature'], required: 'true()' })],
    },
  ];
  const ask = window.fetch;
  window.fetch = async function (request, ...more) {
    const answer = await ask.call(this, request, ...more);
    const url = request instanceof Request ? request.url : String(request);
    if (!url.includes('/api/sync/pull') || !answer.ok) return answer;
    const pulled = await answer.json();
    for (const { row } of pulled.rows) {
      if (row?.area !== 'forms' || row.row.form.id !== 'field_note') continue;
      Object.assign(row.row.form, { settings: { pages: true }, nodes });
    }
    return new Response(JSON.stringify(pulled), { status: answer.status, headers: answer.headers });
  };
}

test('pages, photos in repeats, a code and a signature are filled in', async ({ page, newPage, server }) => {
  const photos = await takePhotos(newPage, '消防通道', '灭火器');
  await page.addInitScript(exchange);
  await logIn(page, server, 'jinlingxi');
  await page.goto(`${server.url}/records/new/field_note`);
  const next = page.getByRole('button', { name: '下一页' });

  await test.step('one page after the other', async () => {
    await expect(page.getByText('第 1 页，共 3 页')).toBeVisible();
    await field(page, '设备编号').fill('A-1');
    await page.getByRole('button', { name: '扫码' }).click();
    await page.getByRole('dialog', { name: '扫码 · 设备编号' }).getByRole('button', { name: '关闭' }).click();
    await next.click();
    await expect(page.getByText('第 2 页，共 3 页')).toBeVisible();
  });

  const card = (n: number) => page.locator('.repeat-card').nth(n);
  await test.step('each entry has its own photos, and keeps them when another one goes', async () => {
    const add = page.getByRole('button', { name: '添加一条' });
    await add.click();
    await field(card(0), '问题描述').fill('通道堵塞');
    await card(0).locator('input[type=file][capture]').setInputFiles(photos[0]);
    await expect(card(0).locator('.photo-grid img')).toHaveCount(1);
    await add.click();
    await field(card(1), '问题描述').fill('压力不足');
    await card(1).locator('input[type=file][capture]').setInputFiles(photos[1]);
    await expect(card(1).locator('.photo-grid img')).toHaveCount(1);
    const second = await card(1).locator('.photo-grid img').getAttribute('src');
    await card(0).getByRole('button', { name: '删除这一条' }).click();
    await expect(page.locator('.repeat-card')).toHaveCount(1);
    await expect(field(card(0), '问题描述')).toHaveValue('压力不足');
    await expect(card(0).locator('.photo-grid img')).toHaveCount(1);
    expect(second).toBeTruthy();
    await page.getByRole('button', { name: '撤销上一步' }).click();
    await expect(field(card(0), '问题描述')).toHaveValue('通道堵塞');
    await expect(page.locator('.repeat-card .photo-grid img')).toHaveCount(2);
  });

  await test.step('a finger signs', async () => {
    await missing(page).click();
    await expect(page.getByText('第 3 页，共 3 页')).toBeVisible();
    const pad = page.getByRole('img', { name: '当事人签字' });
    const box = (await pad.boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 160, box.y + 90, { steps: 8 });
    await page.mouse.up();
    await page.getByRole('button', { name: '用这个签名' }).click();
    await expect(page.locator('.signature-kept img')).toHaveCount(1);
    await expect(page.getByText('必填已齐')).toBeVisible();
  });
});

/** 6901234567892 as EAN-13. */
const BARS = '10100010110100111011001100110110111101010001101010100111010100001000100100100011101001101100101';

test('a bar code on goods is read with the camera, offline', async ({ newPageWithCamera, server }, info) => {
  const film = join(scratch, `bars-${info.workerIndex}.y4m`);
  filmBars(BARS, film);
  const page = await newPageWithCamera(film);
  await page.addInitScript(exchange);
  await logIn(page, server, 'jinlingxi');
  await keptOffline(page);
  await page.context().setOffline(true);
  await page.goto(`${server.url}/records/new/field_note`);
  await page.getByRole('button', { name: '扫码' }).click();
  await expect(field(page, '设备编号')).toHaveValue('6901234567892');
  await expect(page.getByRole('dialog')).toBeHidden();
});
