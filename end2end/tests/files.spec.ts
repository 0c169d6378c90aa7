// Recordings and documents: kept on the phone with no network, heard by the office; names brought to an activity.
import { readFileSync } from 'node:fs';
import { desktop, expect, logIn, status, test } from './support/test.ts';

const form = readFileSync(new URL('../../forms/field_note.md', import.meta.url), 'utf8')
  .replace('| field_note | 1 ', '| field_note | 2 ')
  .replace(
    /(\n\|\s+\| image\s+\| photos)/,
    '\n| | audio | voice | 录音 | Recording |\n| | file | papers | 附件 | Papers |$1',
  );

test('a recording and a document are kept offline, sent, and heard by the office', async ({
  newPage,
  newPageWithMicrophone,
  ownServer: server,
}) => {
  test.setTimeout(180_000);
  const office = await newPage(desktop);
  await logIn(office, server, 'chensiyuan');
  await office.goto(server.url + '/office/forms');
  await office.getByRole('link', { name: '上传表单' }).click();
  await office
    .locator('input[type=file]')
    .setInputFiles({ name: 'field_note.md', mimeType: 'text/markdown', buffer: Buffer.from(form) });
  await office.getByRole('button', { name: '发布这个版本' }).click();
  await expect(office.getByText('使用中', { exact: true }).first()).toBeVisible();

  const phone = await newPageWithMicrophone();
  await logIn(phone, server, 'dongsimin');
  const record = phone.getByRole('button', { name: /开始录音/ });
  await expect(async () => {
    await phone.goto(server.url + '/records/new/field_note');
    await expect(record).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });

  await test.step('with no network', async () => {
    await phone.context().setOffline(true);
    await phone.getByLabel('主题').fill('群众来访');
    await record.click();
    await expect(phone.getByRole('button', { name: /停止 0:02/ })).toBeVisible();
    await phone.getByRole('button', { name: /停止/ }).click();
    await expect(phone.locator('.file-player')).toHaveCount(1);
    const choose = phone.locator('input[type=file][accept*=".pdf"]');
    await choose.setInputFiles({ name: '来访.exe', mimeType: '', buffer: Buffer.from('MZ') });
    await expect(phone.getByText(/不支持这种文件/)).toBeVisible();
    const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
    await choose.setInputFiles({ name: '来访登记.pdf', mimeType: 'application/pdf', buffer: pdf });
    await expect(phone.getByRole('link', { name: '来访登记.pdf' })).toBeVisible();
    await phone.getByRole('button', { name: '提交' }).click();
    await expect(phone).toHaveURL(/\/records/);
    await expect(phone.locator('.file-player')).toHaveAttribute('src', /^blob:/);
    await expect(phone.getByRole('link', { name: '来访登记.pdf' })).toBeVisible();
  });

  await test.step('it arrives, and the office hears it', async () => {
    await phone.context().setOffline(false);
    await expect(status(phone)).toContainText('全部已送达', { timeout: 45_000 });
    await logIn(office, server, 'linjingshu');
    await office.goto(server.url + '/office/review');
    await office.getByRole('link', { name: /群众来访/ }).click();
    const part = office.getByRole('region', { name: '录音和文件' });
    await expect(part.locator('audio')).toHaveAttribute('src', /^\/api\/blobs\//);
    const seconds = await part.locator('audio').evaluate(async (audio: HTMLAudioElement) => {
      await audio.play();
      await new Promise((resolve) => audio.addEventListener('timeupdate', resolve, { once: true }));
      return audio.currentTime;
    });
    expect(seconds).toBeGreaterThan(0);
    const saved = office.waitForEvent('download');
    await part.getByRole('link', { name: '来访登记.pdf' }).click();
    expect((await saved).suggestedFilename()).toBe('来访登记.pdf');
  });
});

test('a pasted list of names becomes sign-ups, and new people by an administrator', async ({ newPage, ownServer: server }) => {
  test.setTimeout(120_000);
  const office = await newPage(desktop);
  await logIn(office, server, 'chensiyuan');
  const activity = await office.evaluate(async () => {
    const page = await (await fetch('/api/office/activities')).json();
    const lines: { activity: { id: string; state: string } }[] = page.items ?? page;
    return lines.find((line) => line.activity.state === 'planned')?.activity.id;
  });
  await office.goto(`${server.url}/office/activities/${activity}`);
  await office.getByRole('link', { name: '名单导入' }).click();
  await office.getByRole('tab', { name: '粘贴或表格' }).click();
  await office.getByLabel('或者从 Excel 复制后粘贴到这里').fill('姓名\t手机\n董思敏\t\n贾新来\t138 0013 8000\n坏号码\t12\n');
  await office.getByRole('button', { name: '读取粘贴的表格' }).click();
  await expect(office.getByRole('row').filter({ hasText: '贾新来' })).toContainText('不在名册');
  await expect(office.getByRole('row').filter({ hasText: '坏号码' })).toContainText('不是手机号');
  await office.getByLabel(/新建为志愿者/).check();
  await office.getByRole('button', { name: /^报名 \d 人/ }).click();
  await expect(office).toHaveURL(/\/office\/activities\/[0-9a-f-]+$/);
  await expect(office.getByText('贾新来').first()).toBeVisible();
  await office.goto(server.url + '/office/people');
  await expect(office.getByText('贾新来').first()).toBeVisible();
});

test('a large document goes on where the network was cut', async ({ newPage, ownServer: server }) => {
  test.setTimeout(120_000);
  const office = await newPage(desktop);
  await logIn(office, server, 'linjingshu');
  await office.goto(server.url + '/kit');
  const page = office.locator('.upload-area');
  const sent: number[] = [];
  let cut = true;
  await office.route('**/api/blobs/uploads/*', async (route) => {
    const at = Number(route.request().headers()['upload-offset'] ?? -1);
    if (cut && at > 0) {
      cut = false;
      return route.abort();
    }
    sent.push(at);
    return route.continue();
  });
  const noise = Buffer.alloc(5_000_000);
  for (let at = 0; at < noise.length; at += 1) noise[at] = (at * 7919) % 251;
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), noise]);
  await page.locator('input[type=file]').setInputFiles([
    { name: '通知.pdf', mimeType: '', buffer: pdf },
    { name: '空.txt', mimeType: '', buffer: Buffer.alloc(0) },
    { name: '程序.exe', mimeType: '', buffer: Buffer.from('MZ') },
  ]);
  await expect(office.getByRole('link', { name: '通知.pdf' })).toBeVisible({ timeout: 60_000 });
  expect(cut).toBe(false);
  // Nothing is sent twice.
  expect(sent).toEqual([0, 2_097_152, 4_194_304]);
  await expect(office.locator('.upload').filter({ hasText: '空.txt' })).toContainText('文件是空的');
  await expect(office.locator('.upload').filter({ hasText: '程序.exe' })).toContainText('不支持');
  // The same again is there already.
  await page.locator('input[type=file]').setInputFiles([{ name: '通知2.pdf', mimeType: '', buffer: pdf }]);
  await expect(office.getByRole('link', { name: '通知2.pdf' })).toBeVisible();
  expect(sent.length).toBe(3);
});
