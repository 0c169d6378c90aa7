// The office changes a checklist in Markdown, compares it, publishes it; a phone fills the new version in.
import { readFileSync } from 'node:fs';
import { desktop, expect, field, handset, logIn, test, toast } from './support/test.ts';

test('a changed checklist is uploaded, compared and published, and a phone gets it', async ({ newPage, ownServer: server }) => {
  test.setTimeout(150_000);
  const source = readFileSync(new URL('../../forms/field_note.md', import.meta.url), 'utf8');
  const changed = source
    .replace('| text     | place       | 地点 | Place |', '| text     | place       | 在哪里 | Where |')
    .replace('| field_note | 1 ', '| field_note | 2 ');
  expect(changed).not.toBe(source);
  const office = await newPage(desktop);
  const phone = await newPage(handset);
  await logIn(office, server, 'chensiyuan');
  await logIn(phone, server, 'dongsimin');
  await office.goto(server.url + '/office/forms');
  await office.getByRole('link', { name: '上传表单' }).click();
  const upload = async (text: string) =>
    office.locator('input[type=file]').setInputFiles({ name: 'field_note.md', mimeType: 'text/markdown', buffer: Buffer.from(text) });

  await test.step('what is wrong is said with its place', async () => {
    await upload(changed.replace('| text     | place ', '| txet     | place '));
    const row = office.getByRole('row').filter({ hasText: 'txet' });
    await expect(row).toContainText('survey');
    await expect(row).toContainText('type');
    await expect(office.getByRole('button', { name: '发布这个版本' })).toHaveCount(0);
  });

  await test.step('the comparison and the phone show what it will be', async () => {
    await upload(changed);
    const changes = office.getByRole('list', { name: '与现用版本的差别' });
    await expect(changes.getByRole('listitem')).toHaveCount(1);
    await expect(changes).toContainText('地点');
    await expect(changes).toContainText('在哪里');
    await expect(field(office.getByRole('region', { name: '手机预览' }), '在哪里')).toBeVisible();
  });

  await office.getByRole('button', { name: '发布这个版本' }).click();
  await expect(toast(office, '已发布，手机下次同步时更新')).toBeVisible();
  await expect(office.getByText('使用中', { exact: true }).first()).toBeVisible();

  await phone.goto(server.url + '/records/new/field_note');
  await expect(async () => {
    await phone.goto(server.url + '/records/new/field_note');
    await expect(field(phone, '在哪里')).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
});
