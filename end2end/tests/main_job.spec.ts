// The main job, end to end: a staff member's day without a signal, and what the office makes of it.
import type { Locator, Page } from '@playwright/test';
import { hasExif, takePhotos } from './support/photos.ts';
import { readCode } from './support/qr.ts';
import { choice, desktop, expect, field, keptOffline, logIn, menu, status, test, toast } from './support/test.ts';

const activity = '结对社区健康义诊与卫生咨询';

test('a day without a signal is checked in, recorded, killed, sent, reviewed and corrected', async ({
  newPage,
  ownServer: server,
  phone,
}) => {
  test.setTimeout(360_000);
  const photos = await takePhotos(newPage, '普法展台', '发放折页', '采血车', '现场组织');

  const gate = await newPage();
  await test.step('in the morning the organizer opens the gate, online', async () => {
    await logIn(gate, server, 'qianyuqing');
    await gate.getByRole('link', { name: activity }).first().click();
    await gate.getByRole('link', { name: '现场签到' }).click();
    await expect(gate.getByRole('img', { name: '签到码' })).toBeVisible();
  });

  let page = await phone.open();
  await test.step('and a staff member logs in once', async () => {
    await logIn(page, server, 'dongsimin');
    await keptOffline(page);
  });

  await test.step('then the network goes, and the server with it', async () => {
    await phone.setOffline(true);
    await gate.context().setOffline(true);
    await server.stop();
    const address = new URL(gate.url()).pathname.replace(/\/gate$/, '');
    await page.goto(server.url + address);
    await expect(page.getByRole('heading', { name: activity })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: activity })).toBeVisible();
    await expect(status(page)).toHaveText('离线 · 没有待发送的内容');
  });

  await test.step('the app is put away, and opened again at the gate', async () => {
    await phone.close();
    page = await phone.open();
    await phone.setOffline(true);
    await page.goto(await readCode(gate.locator('.qr')));
    await expect(page.getByRole('heading', { name: '签到成功' })).toBeVisible();
    await expect(page.getByText(activity)).toBeVisible();
    await expect(page.getByText('已存到本机，联网后自动上传')).toBeVisible();
    await expect(status(page)).toHaveText('离线 · 1 条已存在手机上');
    await page.getByRole('link', { name: '完成' }).click();
  });

  await test.step('an outreach is recorded with two photos', async () => {
    await page.getByRole('link', { name: '写记录' }).click();
    await page.getByRole('button', { name: '普法宣传' }).click();
    await field(page, '地点').fill('桂花苑社区文化礼堂');
    await choice(page, '社区（村）居民').click();
    await choice(page, '基本医疗卫生与健康促进法').click();
    await field(page, '发放资料（份）').fill('120');
    await field(page, '受众（人次）').fill('90');
    await field(page, '现场咨询（人次）').fill('12');
    await page.locator('input[type=file][capture]').setInputFiles(photos[0]);
    await expect(shown(page)).toHaveCount(1);
    await page.locator('input[type=file][multiple]').setInputFiles(photos[1]);
    await expect(shown(page)).toHaveCount(2);
    await expect(page.getByText('相册', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page.getByText('待上传', { exact: true })).toBeVisible();
  });

  await test.step('a blood drive, too', async () => {
    await page.goto(server.url + '/records/new/blood_drive');
    await field(page, '采血点').fill('市民广场献血方舱');
    await field(page, '发动人数').fill('30');
    await field(page, '献全血人数').fill('20');
    await field(page, '全血总量（毫升）').fill('6000');
    await page.locator('input[type=file][multiple]').setInputFiles(photos.slice(2));
    await expect(shown(page)).toHaveCount(2);
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page.getByText('待上传', { exact: true })).toBeVisible();
  });

  await test.step('a note is begun, and the browser is killed', async () => {
    await page.goto(server.url + '/records/new/field_note');
    await field(page, '主题').fill('门口的指示牌倒了');
    await expect(page.getByText(/已保存在本机/)).toBeVisible();
    await phone.kill();
  });

  await test.step('all of it is there when it is opened again, still offline', async () => {
    page = await phone.open();
    await phone.setOffline(true);
    await page.goto(server.url);
    // A check-in, two records, two photos of each.
    await expect(status(page)).toHaveText('离线 · 7 条已存在手机上');
    await expect(page.locator('.hero')).toContainText(activity);
    await expect(page.locator('.hero')).toContainText('已签到');
    await expect(page.getByRole('link', { name: /门口的指示牌倒了/ })).toBeVisible();
    await menu(page, '记录').click();
    for (const record of ['桂花苑社区文化礼堂', '市民广场献血方舱']) {
      const row = page.getByRole('link', { name: record });
      await expect(row).toContainText('待上传');
      await row.click();
      await expect(shown(page)).toHaveCount(2);
      for (const photo of await shown(page).all()) await expectPicture(photo);
      await page.getByRole('link', { name: '返回' }).click();
    }
  });

  await test.step('the server and the network are back: everything is sent by itself', async () => {
    await server.start();
    await phone.setOffline(false);
    await expect(status(page)).toHaveText(/^全部已送达 \d+:\d+$/, { timeout: 30_000 });
    await expect(page.getByText('待上传', { exact: true })).toHaveCount(0);
  });

  const office = await newPage(desktop);
  await test.step('the office approves one', async () => {
    await logIn(office, server, 'linjingshu');
    await menu(office, '审核').click();
    await office.getByRole('link', { name: /桂花苑社区文化礼堂/ }).click();
    const record = office.getByRole('article');
    await expect(record.getByRole('heading', { name: /桂花苑社区文化礼堂/ })).toBeVisible();
    const pictures = record.locator('.record-part img');
    await expect(pictures).toHaveCount(2);
    for (const photo of await pictures.all()) await expectPicture(photo);
    await record.getByRole('button', { name: /第 1 张照片/ }).click();
    await expectPrivate(office.locator('.lightbox img'));
    await office.keyboard.press('Escape');
    await office.keyboard.press('a');
    await expect(toast(office, '已通过')).toBeVisible();
  });

  const reason = '全血总量请与血站汇总单核对';
  await test.step('and returns the other with a reason', async () => {
    await office.getByRole('link', { name: /市民广场献血方舱/ }).click();
    await expect(office.getByRole('heading', { name: /市民广场献血方舱/ })).toBeVisible();
    await office.keyboard.press('r');
    const dialog = office.getByRole('dialog', { name: '退回修改' });
    await field(dialog, '退回原因').fill(reason);
    await dialog.getByRole('button', { name: '退回', exact: true }).click();
    await expect(toast(office, '已退回，作者的手机会收到原因')).toBeVisible();
  });

  await test.step('the gate’s check-in has reached the activity', async () => {
    await office.goto(server.url + new URL(gate.url()).pathname.replace(/^(.*)\/gate$/, '/office$1'));
    const row = office.getByRole('row').filter({ hasText: '董思敏' });
    await expect(row).toContainText('已核验');
  });

  await test.step('the phone shows both decisions; the author corrects and sends again', async () => {
    await page.goto(server.url);
    await expect(page.getByText(reason)).toBeVisible();
    await page.goto(server.url + '/records');
    await expect(page.getByRole('link', { name: '桂花苑社区文化礼堂' })).toContainText('已通过');
    const returned = page.getByRole('link', { name: '市民广场献血方舱' });
    await expect(returned).toContainText('需更正');
    await returned.click();
    await expect(page.getByText(reason)).toBeVisible();
    await page.getByRole('button', { name: '更正并重新提交' }).click();
    await expect(field(page, '全血总量（毫升）')).toHaveValue('6000');
    await field(page, '全血总量（毫升）').fill('5800');
    await page.getByRole('button', { name: '提交' }).click();
    await expect(page.getByText('待审核', { exact: true })).toBeVisible();
    await expect(status(page)).toHaveText(/^全部已送达/, { timeout: 30_000 });
  });

  await test.step('the office sees the new version, and every one before it', async () => {
    await office.goto(server.url + '/office/review');
    await office.getByRole('link', { name: /市民广场献血方舱/ }).click();
    await expect(office.getByRole('heading', { name: /市民广场献血方舱/ })).toBeVisible();
    const history = office.getByRole('region', { name: '经过' });
    await expect(history.getByRole('listitem').filter({ hasText: '董思敏' })).toHaveCount(2);
    await expect(history).toContainText('修改后重新提交 · 董思敏');
    await expect(history).toContainText('退回修改 · 林静姝');
    await expect(history).toContainText('提交 · 董思敏');
    await expect(history).toContainText('6000');
    await expect(history).toContainText('5800');
    await office.keyboard.press('a');
    await expect(toast(office, '已通过')).toBeVisible();
  });
});

function shown(page: Page): Locator {
  return page.locator('.photo-grid img');
}

/** The picture is really there, and upright as the camera's EXIF says. */
async function expectPicture(photo: Locator): Promise<void> {
  await photo.scrollIntoViewIfNeeded();
  await expect
    .poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalHeight / image.naturalWidth))
    .toBeCloseTo(2400 / 1800, 2);
}

/** The full picture is as large as promised, and doesn't tell where or with what it was taken. */
async function expectPrivate(photo: Locator): Promise<void> {
  await expect(photo).toHaveJSProperty('naturalHeight', 1600);
  const bytes = await photo.evaluate(async (image: HTMLImageElement) =>
    Array.from(new Uint8Array(await (await fetch(image.src)).arrayBuffer())),
  );
  expect(hasExif(Buffer.from(bytes))).toBe(false);
}
