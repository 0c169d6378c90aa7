// The README's pictures, from the sample data: `cargo xtask screenshots` (node screenshots.mjs FOLDER).
//
// Where `faketime` is installed (Debian: apt-get install faketime) it is always a quarter to ten
// in the pictures; otherwise whatever time it is.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP, PHONE, allSynced, folder, logIn, openBrowser, startServer } from './bench/_machine.mjs';

const target = process.argv[2] ?? '../docs/images';
const MORNING = (9 * 60 + 45) * 60_000;
const DAY = 86_400_000;
const FAKETIME = ['/usr/bin/faketime', '/usr/local/bin/faketime'].find(existsSync);

// How far to turn the clocks so that it is morning in China (UTC+8), on the same day there.
const inChina = (Date.now() + 8 * 3_600_000) % DAY;
const shift = FAKETIME ? MORNING - inChina : 0;
if (!FAKETIME) console.warn('No faketime: the pictures show the time of now.');
const wrapper = shift ? [FAKETIME, '-f', `${shift < 0 ? '-' : '+'}${Math.abs(Math.round(shift / 1000))}s`] : [];
const server = await startServer(folder('data'), wrapper);

async function device(role, screen, more = {}) {
  const context = await openBrowser(folder(role), { ...screen, colorScheme: 'light', ...more });
  const page = context.pages()[0] ?? (await context.newPage());
  if (shift) await context.clock.install({ time: Date.now() + shift });
  await logIn(page, server.links[role]);
  await allSynced(page);
  return page;
}

async function take(page, name, address) {
  if (address) await page.goto(`${server.origin}${address}`);
  await page.waitForFunction(() => !document.querySelector('.splash, .skeleton, .spinner'));
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
  await page.evaluate(() => document.activeElement?.blur());
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(target, `${name}.png`) });
  console.log(`${name}.png`);
}

const phone = { ...PHONE, deviceScaleFactor: 1.5 };

const office = await device('reviewer', DESKTOP);
await take(office, 'desktop-review', '/office/review');
const record = office.locator('main a[href^="/office/review/"]').first();
await office.goto(`${server.origin}${await record.getAttribute('href')}`);
await office.waitForLoadState('networkidle');
await take(office, 'desktop-record');
// One of the sample's pictures, for the phone to take.
const source = await office.locator('main img').first().getAttribute('src');
const photo = join(folder('photo'), 'photo.jpg');
const bytes = await office.evaluate(
  async (url) => Array.from(new Uint8Array(await (await fetch(url)).arrayBuffer())),
  source,
);
writeFileSync(photo, Buffer.from(bytes));
await office.context().close();

const field = await device('recorder', phone);
await take(field, 'phone-home', '/');
await field.goto(`${server.origin}/records/new/law_outreach`);
await field.waitForURL(/\/drafts\//);
await field.getByLabel('地点').first().fill('文三社区文化广场');
await field.locator('input[type=file]').first().setInputFiles(photo);
await take(field, 'phone-record');
await field.context().close();

const volunteer = await device('volunteer', phone, { locale: 'en-US', colorScheme: 'dark' });
await take(volunteer, 'phone-check-in', '/check-in?show=code');
await volunteer.context().close();
await server.stop();
