// What browsers do to a page's storage: they break it off, hold it back, fill it, clear it. Nothing that
// was shown as saved is lost to that, or it is said.
import { answerPersist, closeStores, evict, limitSpace } from './support/browser.ts';
import { beginNote, draftKept, submit, titlesAt, writeNote } from './support/notes.ts';
import { takePhotos } from './support/photos.ts';
import { desktop, expect, field, keptOffline, logIn, status, test } from './support/test.ts';

const full = '手机存储空间不足，请清理空间后再试';

test('what is called saved is on the disk: the browser is asked for strict durability', async ({ page, server }) => {
  await page.addInitScript(() => {
    const puts: string[] = ((window as any).puts = []);
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      puts.push(`${this.name} ${this.transaction.durability}`);
      return put.call(this, value, key);
    };
  });
  await logIn(page, server, 'huanqi');
  await page.context().setOffline(true);
  await page.evaluate(() => ((window as any).puts.length = 0));
  await page.evaluate(() => history.pushState(null, '', '/'));
  await page.getByRole('link', { name: '写记录' }).click();
  await page.getByRole('button', { name: '随手记' }).click();
  await field(page, '主题').fill('写到盘上');
  await submit(page, '写到盘上');
  const puts: string[] = await page.evaluate(() => (window as any).puts);
  expect(puts).toContain('drafts strict');
  expect(puts.find((put) => put.startsWith('outbox'))).toBe('outbox strict');
  await page.context().setOffline(false);
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  const later: string[] = await page.evaluate(() => (window as any).puts);
  expect(later).toContain('sent strict');
});

test('the browser is asked to keep the store at the first capture, and its answer is shown', async ({ phone, server }) => {
  const page = await phone.open();
  await answerPersist(page, server.url, 'denied');
  await page.addInitScript(() => {
    const persist = navigator.storage.persist.bind(navigator.storage);
    navigator.storage.persist = () => {
      document.documentElement.dataset.persist = String(Number(document.documentElement.dataset.persist ?? 0) + 1);
      return persist();
    };
  });
  const asked = page.locator('html[data-persist="1"]');
  const storage = page.locator('.row').filter({ hasText: '本机存储' });
  await logIn(page, server, 'pengsiyuan');
  await beginNote(page, server, '第一次记录');
  await expect(page.getByText(/已保存在本机/)).toBeVisible();
  await expect(page.locator('html[data-persist]')).toHaveCount(0);
  await submit(page, '第一次记录');
  await expect(asked).toHaveCount(1);
  await page.goto(server.url + '/me');
  await expect(storage).toContainText('未受保护');

  await answerPersist(page, server.url, 'granted');
  await storage.getByRole('button', { name: '申请保护' }).click();
  await expect(storage).toContainText('受保护，浏览器不会自动清理');
  await writeNote(page, server, '第二次记录');
  await expect(asked).toHaveCount(1);
  await expect(status(page)).toContainText('全部已送达');
});

test('a browser that waits for the person’s answer holds up no record', async ({ page, server }) => {
  await page.addInitScript(() => (navigator.storage.persist = () => new Promise(() => {})));
  await logIn(page, server, 'suqingyan');
  await writeNote(page, server, '没有回答浏览器');
  await expect(status(page)).toContainText('全部已送达');
});

test('a store that the browser breaks off is opened anew', async ({ phone, server }) => {
  const page = await phone.open();
  await logIn(page, server, 'gaojingxing');
  await keptOffline(page);
  await phone.setOffline(true);
  await writeNote(page, server, '断开之前');
  await beginNote(page, server, '断开之后');
  await closeStores(page);
  await field(page, '情况').fill('断开时正在写');
  await expect(page.getByText(/已保存在本机/)).toBeVisible();
  await closeStores(page);
  await submit(page, '断开之后');
  await expect(status(page)).toContainText('2 条已存在手机上');
  await closeStores(page);
  await phone.setOffline(false);
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  expect(await titlesAt(server, page)).toEqual(expect.arrayContaining(['断开之前', '断开之后']));
});

test('an old tab that holds the store back is named, and nothing is lost', async ({ page, server }) => {
  await logIn(page, server, 'yutianyou');
  await keptOffline(page);
  await page.context().setOffline(true);
  await writeNote(page, server, '升级之前');
  await expect(status(page)).toContainText('1 条已存在手机上');
  await page.context().setOffline(false);
  await page.context().route('**/api/**', (route) => route.abort());

  // A tab that lets go of nothing, as one that the browser has frozen.
  const old = await page.context().newPage();
  await old.goto(server.url + '/manifest.webmanifest');
  await old.evaluate(async () => {
    const [{ name }] = await indexedDB.databases();
    await new Promise((resolve) => {
      const request = indexedDB.open(name!);
      request.onsuccess = () => resolve(((window as any).held = request.result));
    });
  });
  await page.close();

  // The next build's store has a higher version.
  const next = await page.context().newPage();
  await next.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name, version) {
      return open.call(this, name, version && version + 1);
    };
  });
  await next.goto(server.url + '/records');
  await expect(next.getByRole('alert')).toContainText('请关闭其他已打开的明录页面后重试', { timeout: 20_000 });
  await old.close();
  await next.getByRole('link', { name: '重新打开' }).click();
  await expect(next.getByRole('link', { name: '升级之前' })).toContainText('待上传');
  await page.context().unroute('**/api/**');
  await next.reload();
  await expect(status(next)).toContainText('全部已送达', { timeout: 45_000 });
  expect(await titlesAt(server, next)).toContain('升级之前');
});

test('a full phone refuses a record that it can’t keep, and keeps what is on the screen', async ({ phone, server }) => {
  const page = await phone.open();
  await logIn(page, server, 'xiangyunzhou');
  await keptOffline(page);
  await phone.setOffline(true);
  await beginNote(page, server, '存不下的记录');
  await draftKept(page, '存不下的记录');
  await limitSpace(page, 0);
  await page.getByRole('button', { name: '提交' }).click();
  await expect(page.getByText(full).first()).toBeVisible();
  await expect(field(page, '主题')).toHaveValue('存不下的记录');
  // It isn't called saved anywhere.
  await expect(status(page)).toContainText(/没有待发送的内容|需要你看一下/);
  const other = await page.context().newPage();
  await other.goto(server.url + '/records');
  await expect(other.getByRole('link', { name: '存不下的记录' })).not.toContainText('待上传');
  await other.close();

  await limitSpace(page, undefined);
  await submit(page, '存不下的记录');
  await expect(status(page)).toHaveText('离线 · 1 条已存在手机上');
  await phone.setOffline(false);
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
});

test('a phone that is nearly full refuses a photo and still takes the text', async ({ newPage, phone, server }) => {
  const [photo] = await takePhotos(newPage, '放不下');
  const page = await phone.open();
  await logIn(page, server, 'hechunxiao');
  await beginNote(page, server, '没有照片的记录');
  await draftKept(page, '没有照片的记录');
  await limitSpace(page, 300_000);
  await page.locator('input[type=file][capture]').setInputFiles(photo);
  await expect(page.getByText(full).first()).toBeVisible();
  await expect(page.locator('.photo-grid img')).toHaveCount(0);
  await field(page, '情况').fill('照片放不下，先写文字');
  await submit(page, '没有照片的记录');
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  expect(await titlesAt(server, page)).toContain('没有照片的记录');
});

test('a full phone still sends what it holds, says that it is full, and heals', async ({ newPage, phone, server }) => {
  const page = await phone.open();
  await logIn(page, server, 'wengyanan');
  await keptOffline(page);
  await phone.setOffline(true);
  await writeNote(page, server, '满了之前');
  const tablet = await newPage();
  await logIn(tablet, server, 'wengyanan');
  await writeNote(tablet, server, '另一台设备写的');
  await expect(status(tablet)).toContainText('全部已送达');

  await limitSpace(page, 0);
  await phone.setOffline(false);
  await expect.poll(() => titlesAt(server, tablet), { timeout: 30_000 }).toContain('满了之前');
  await expect(status(page)).toContainText('1 条需要你看一下');
  await page.goto(server.url + '/outbox');
  await expect(page.getByText('手机空间不够了')).toBeVisible();
  await expect(page.getByText(full).first()).toBeVisible();

  await limitSpace(page, undefined);
  await page.getByRole('button', { name: '立即同步' }).click();
  await expect(page.getByText('手机空间不够了')).toHaveCount(0);
  await page.goto(server.url + '/records');
  await expect(status(page)).toContainText('全部已送达', { timeout: 45_000 });
  await expect(page.getByRole('link', { name: '另一台设备写的' })).toBeVisible();
  // What went out while nothing could be noted went out once.
  expect((await titlesAt(server, page)).filter((title) => title === '满了之前')).toHaveLength(1);
});

test('a phone whose store the browser cleared says so, and the office knows', async ({ newPage, phone, server }) => {
  const [photo] = await takePhotos(newPage, '会丢的');
  const page = await phone.open();
  await logIn(page, server, 'liuchunlai');
  await page.context().route('**/api/blobs**', (route) => route.abort());
  await writeNote(page, server, '照片还没有传完', photo);
  const office = await newPage(desktop);
  await logIn(office, server, 'linjingshu');
  await office.goto(server.url + '/office/devices');
  const line = office.getByRole('listitem').filter({ hasText: '刘春来' });
  await expect(async () => {
    await office.getByRole('button', { name: '刷新' }).click();
    await expect(line).toContainText('张照片', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });

  await evict(page, server.url);
  await page.goto(server.url);
  await expect(status(page)).toContainText('1 条需要你看一下', { timeout: 45_000 });
  await page.goto(server.url + '/outbox');
  await expect(page.getByText('本机的内容可能被清除了')).toBeVisible();
  await expect(page.getByText(/2 张照片尚未上传，请立即联系办公室/)).toBeVisible();
  await office.getByRole('button', { name: '刷新' }).click();
  await expect(line).toContainText('可能被清空');
});
