// The office imports its task list, finishes a task by a record, and a problem goes from its finding to its closing.
import { readFileSync } from 'node:fs';
import { desktop, expect, field, handset, logIn, test, toast } from './support/test.ts';
import { writeNote } from './support/notes.ts';

test('a task list is imported, and a task is done by what a phone recorded', async ({ newPage, ownServer: server }) => {
  test.setTimeout(150_000);
  const office = await newPage(desktop);
  const phone = await newPage(handset);
  await logIn(office, server, 'linjingshu');
  await logIn(phone, server, 'dongsimin');
  await writeNote(phone, server, '道德讲堂现场');
  // Due today: what may show it is looked for around its day.
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
  const table = readFileSync(new URL('../../templates/tasks.csv', import.meta.url), 'utf8')
    .replace(/道德讲堂,(.*?),,每年5月、10月,每年2次,/, `道德讲堂（第二期）,$1,,${today},一次,`);

  await test.step('the preview says what is in the list already', async () => {
    await office.goto(server.url + '/office/tasks/import');
    await office.locator('input[type=file]').setInputFiles({ name: 'tasks.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await expect(office.getByText('读到 61 行：1 项可导入，60 项已在清单里，0 行要先改')).toBeVisible();
    await office.getByRole('button', { name: '导入 1 项' }).click();
    await expect(toast(office, '已导入 1 项任务')).toBeVisible();
  });

  await test.step('table, board and timeline show the same tasks', async () => {
    await expect(office.getByText('共 62 项')).toBeVisible();
    await office.getByRole('radio', { name: '看板' }).check();
    await expect(office.locator('.board-card')).toHaveCount(62);
    await office.getByRole('radio', { name: '时间轴' }).check();
    await expect(office.locator('.gantt-row')).toHaveCount(62);
    await office.getByRole('radio', { name: '表格' }).check();
    await office.getByLabel('搜索任务、责任人、测评项').fill('第二期');
    await office.getByRole('row').filter({ hasText: '道德讲堂（第二期）' }).click();
  });

  await test.step('it is done only with what shows it', async () => {
    await office.getByRole('button', { name: '办结', exact: true }).first().click();
    const dialog = office.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: '办结' })).toBeDisabled();
    await expect(async () => {
      await dialog.getByRole('searchbox').fill('');
      await dialog.getByRole('searchbox').fill('道德讲堂现场');
      await dialog.getByText('道德讲堂现场').click({ timeout: 3_000 });
    }).toPass();
    await dialog.getByRole('button', { name: '办结' }).click();
    await expect(toast(office, '已办结')).toBeVisible();
    await expect(office.getByRole('link', { name: '道德讲堂现场' })).toBeVisible();
  });

  await test.step('what is due and overdue stands on the phone’s first page, among what presses', async () => {
    const status = await office.evaluate(async () => {
      const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      const schedule = { every: { every: 'once' }, due_on: day(-3), from: day(-30), until: day(300) };
      const body = JSON.stringify({ number: 99, stage: 'throughout', title: '三天前到期的任务', items: [], schedule });
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/office/tasks', { method: 'POST', headers, body })).status;
    });
    expect(status).toBe(201);
    await phone.goto(server.url + '/');
    await expect(phone.getByText('三天前到期的任务')).toBeVisible({ timeout: 45_000 });
    await expect(phone.getByText('已逾期').first()).toBeVisible();
  });

  await test.step('a problem is not closed by who put it right', async () => {
    await office.goto(server.url + '/office/rectifications');
    await office.getByRole('button', { name: '登记问题' }).click();
    await field(office, '问题').fill('会议室横幅破损');
    await office.getByRole('button', { name: '保存' }).click();
    await expect(office.getByRole('heading', { name: '会议室横幅破损' })).toBeVisible();
    await office.getByRole('button', { name: '已整改，选照片' }).click();
    const dialog = office.getByRole('dialog');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByRole('button', { name: '确定' }).click();
    await expect(office.getByText('要由另一位同事复核销号')).toBeVisible();
    await expect(office.getByRole('button', { name: '复核销号' })).toHaveCount(0);
    const colleague = await newPage(desktop);
    await logIn(colleague, server, 'chensiyuan');
    await colleague.goto(office.url());
    await colleague.getByRole('button', { name: '复核销号' }).click();
    await colleague.getByRole('button', { name: '确定' }).click();
    await expect(colleague.getByText('已销号')).toBeVisible();
  });
});
