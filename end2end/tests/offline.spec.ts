// What makes it an app: it installs, opens at any address without a network, updates only on a tap
// and never under an open form, keeps drafts, and says where its storage may not last.
import { takePhotos } from './support/photos.ts';
import { port } from './support/machine.ts';
import { Gateway } from './support/proxy.ts';
import { expect, field, handset, keptOffline, logIn, menu, status, test } from './support/test.ts';

test('it can be installed', async ({ phone, server }) => {
  // Nothing can be installed from a private window, which a test's page is.
  const page = await phone.open();
  await page.goto(server.url + '/login');
  await keptOffline(page);
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);
  const { data, errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '{}');
  expect(manifest).toMatchObject({ display: 'standalone', start_url: '/', lang: 'zh-CN' });
  for (const icon of manifest.icons) {
    const answer = await page.request.get(new URL(icon.src, server.url).href);
    expect(answer.headers()['content-type'], icon.src).toBe(icon.type);
  }
  // iOS reads none of the manifest's icons.
  const apple = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href');
  expect((await page.request.get(new URL(apple!, server.url).href)).ok()).toBe(true);
});

test('it opens at any address without network or server', async ({ page, ownServer: server }) => {
  await logIn(page, server, 'fanxueqing');
  await keptOffline(page);
  await menu(page, '活动').click();
  await page.getByRole('link', { name: '道德讲堂' }).click();
  await expect(page.getByRole('heading', { name: /道德讲堂/ })).toBeVisible();
  const lecture = new URL(page.url()).pathname;

  await page.context().setOffline(true);
  await server.stop();
  for (const [address, heading] of [
    ['/', /范雪晴/],
    ['/check-in', '签到'],
    ['/activities', '活动'],
    [lecture, /道德讲堂/],
    ['/records', '记录'],
    ['/records/new', '新建记录'],
    ['/me', '我的'],
    ['/outbox', '同步情况'],
    ['/office/review', '审核'],
    ['/no/such/page', '找不到页面'],
  ] as const) {
    await page.goto(server.url + address);
    await expect(page.getByRole('heading', { name: heading }).first(), address).toBeVisible();
  }
  await expect(page.getByText('没有这个页面')).toBeVisible();
  await page.goto(server.url + '/records/new');
  await expect(page.getByRole('button', { name: '随手记' })).toBeVisible();
});

test('an update waits for a tap, and never comes under an open form', async ({
  ownServer: server,
  page,
}, info) => {
  const gateway = new Gateway(server);
  const url = await gateway.open(port(info, 5));
  const update = page.getByRole('button', { name: /新版本已就绪/ });
  const builds = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('minglu-')));

  const link = new URL(await server.link('fangzhicheng'));
  await page.goto(url + link.pathname + link.search);
  await expect(status(page)).toContainText('全部已送达');
  await keptOffline(page);
  const first = await builds();
  expect(first).toHaveLength(1);

  await page.goto(url + '/records/new/field_note');
  await field(page, '主题').fill('写到一半');
  await expect(page.getByText(/已保存在本机/)).toBeVisible();

  gateway.build = 'the-next-build';
  // What an hour's passing or a return to the app does.
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update();
  });
  await expect.poll(builds, { timeout: 45_000 }).toEqual([...first, 'minglu-the-next-build']);
  await expect(page.locator('html')).toHaveAttribute('data-update', '');
  await expect(update).toBeHidden();
  await expect(field(page, '主题')).toHaveValue('写到一半');

  await page.getByRole('link', { name: '返回' }).click();
  await expect(update).toBeVisible();
  await update.click();
  await expect(page.locator('html')).toHaveAttribute('data-build', 'the-next-build');
  await expect.poll(builds).toEqual(['minglu-the-next-build']);
  await expect(update).toBeHidden();
  await expect(page.getByRole('link', { name: /写到一半/ })).toBeVisible();
  await gateway.close();
});

test('a draft with its photo survives a killed browser', async ({ newPage, phone, server }) => {
  const [photo] = await takePhotos(newPage, '坑洼');
  let page = await phone.open();
  await logIn(page, server, 'zhangruoshui');
  await keptOffline(page);
  // As at the end of a morning: what the browser itself keeps lazily is on the disk.
  await phone.close();

  page = await phone.open();
  await page.goto(server.url + '/records/new/field_note');
  await field(page, '主题').fill('人行道有坑洼');
  await field(page, '情况').fill('约一米见方，已提醒行人绕行。');
  await page.locator('input[type=file][capture]').setInputFiles(photo);
  await expect(page.locator('.photo-grid img')).toHaveCount(1);
  await field(page, '地点').fill('解放街 12 号门口');
  await expect(page.getByText(/已保存在本机/)).toBeVisible();
  const draft = page.url();
  await phone.kill();

  page = await phone.open();
  await phone.setOffline(true);
  await page.goto(draft);
  await expect(field(page, '主题')).toHaveValue('人行道有坑洼');
  await expect(field(page, '情况')).toHaveValue('约一米见方，已提醒行人绕行。');
  await expect(field(page, '地点')).toHaveValue('解放街 12 号门口');
  await expect(page.locator('.photo-grid img')).toHaveCount(1);
  await expect(page.locator('.photo-grid img')).toHaveJSProperty('complete', true);
});

test('in WeChat’s browser it says that storage may not last, and how to leave', async ({ newPage, server }) => {
  const userAgent = handset.userAgent + ' MicroMessenger/8.0.54.2760 Language/zh_CN';
  const page = await newPage({ userAgent });
  await page.goto(server.url + '/login');
  const notice = page.getByRole('region', { name: '请用手机浏览器打开明录' });
  await expect(notice).toContainText('离线保存的记录可能被清掉');
  await expect(notice).toContainText('在浏览器打开');
  await notice.getByRole('button', { name: '知道了' }).click();
  await expect(notice).toBeHidden();

  const ordinary = await newPage();
  await ordinary.goto(server.url + '/login');
  await expect(ordinary.getByRole('button', { name: '登录' })).toBeVisible();
  await keptOffline(ordinary);
  await expect(ordinary.getByText('请用手机浏览器打开明录')).toHaveCount(0);
});
