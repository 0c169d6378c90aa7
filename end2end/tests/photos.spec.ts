// Photos that prove something: what was used before is noticed where it is taken, and shown to the office.
import { takePhotos } from './support/photos.ts';
import { desktop, expect, field, logIn, menu, status, test } from './support/test.ts';

test('a photo that was used before is noticed on the phone and shown to the office', async ({ newPage, ownServer: server }) => {
  test.setTimeout(180_000);
  const [photo] = await takePhotos(newPage, '普法展台');
  const page = await newPage();
  await logIn(page, server, 'dongsimin');

  const begin = async (title: string) => {
    await page.goto(server.url + '/records/new/field_note');
    await field(page, '主题').fill(title);
    await page.locator('input[type=file][multiple]').setInputFiles(photo);
    await expect(page.locator('.photo-tile img')).toHaveCount(1);
  };
  const submit = async () => {
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page).toHaveURL(/\/records/);
    await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  };

  await test.step('a photo has a caption, and what its file says is seen', async () => {
    await begin('广场宣讲');
    await expect(page.locator('.photo-notice')).toHaveCount(0);
    await page.locator('.photo-open').click();
    const sheet = page.getByRole('dialog', { name: '照片', exact: true });
    await field(sheet, '照片说明').fill('宣讲台前');
    await field(sheet, '照片里有谁').fill('董思敏');
    await expect(sheet.getByText(/位置 -?\d+\.\d+/)).toBeVisible();
    const saved = page.waitForEvent('download');
    await sheet.getByRole('button', { name: '加注另存' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^minglu-[0-9a-f]{8}\.jpg$/);
    await sheet.getByRole('button', { name: '完成' }).click();
    await submit();
  });

  await test.step('the second time, the phone says so and doesn’t insist', async () => {
    await begin('又一次宣讲');
    const notice = page.locator('.photo-notice');
    await expect(notice).toContainText(/和“广场宣讲.*”（.*）里的照片是同一张/);
    await notice.getByRole('button', { name: '保留' }).click();
    await expect(notice).toHaveCount(0);
    await submit();
  });

  await test.step('the office reads the caption and sees where the photo was', async () => {
    const office = await newPage(desktop);
    await logIn(office, server, 'linjingshu');
    await menu(office, '审核').click();
    await office.getByRole('link', { name: /又一次宣讲/ }).click();
    const before = office.locator('.evidence-before');
    await expect(before).toContainText('和这条记录里的是同一张');
    await before.getByRole('link', { name: /广场宣讲/ }).click();
    await expect(office.getByRole('article').getByText('宣讲台前').first()).toBeVisible();
    await expect(office.getByRole('article').getByText('董思敏').first()).toBeVisible();
    await expect(office.locator('.evidence-before')).toContainText('又一次宣讲');
  });
});
