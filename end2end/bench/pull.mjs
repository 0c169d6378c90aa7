// The first pull of a person with 10,000 records, against writing the same rows to a bare IndexedDB
// with the same durability: in one transaction, and in as many as the pull has pages.
// PROFILE=file.cpuprofile says where the time goes; it also costs time.
import { PHONE, folder, logIn, machine, median, openBrowser, row, startServer } from './_machine.mjs';
import { beginProfile, endProfile } from './_profile.mjs';

const ROWS = Number(process.env.ROWS ?? 10_000);
const RUNS = Number(process.env.RUNS ?? 5);
const BATCH = 50;
const LIMIT = 2;

/** Field notes of about 1 KB, pushed as a phone does. */
async function fill(context, origin) {
  const session = await (await context.request.get(`${origin}/api/session`)).json();
  const at = session.server_time;
  let seq = 1_000_000;
  const operation = (number) => ({
    op_id: crypto.randomUUID(),
    device_id: session.device_id,
    device_seq: (seq += 1),
    device_epoch: at,
    schema_version: 1,
    organization_id: session.organization_id,
    actor_id: session.person_id,
    record: { area: 'submissions', id: crypto.randomUUID() },
    change: {
      area: 'submissions',
      change: {
        type: 'submit',
        form_id: 'field_note',
        form_version: '1',
        title: `第 ${number} 次普法宣传`,
        answers: {
          title: { type: 'text', value: `第 ${number} 次普法宣传` },
          occurred_at: { type: 'date_time', value: { ms: at, utc_offset_minutes: 480 } },
          place: { type: 'text', value: '文三路农贸市场' },
          note: { type: 'text', value: '发放宣传册'.repeat(14) },
        },
      },
    },
    blobs: [],
    occurred_at: at,
    wall_clock: at,
    utc_offset_minutes: 480,
    server_offset_ms: 0,
    app_build: 'bench',
  });
  for (let begun = 0; begun < ROWS; begun += BATCH) {
    const operations = Array.from({ length: Math.min(BATCH, ROWS - begun) }, (_, n) => operation(begun + n));
    const answer = await context.request.post(`${origin}/api/sync/push`, { data: { operations } });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    const { verdicts } = await answer.json();
    const other = verdicts.find(({ outcome }) => outcome.verdict !== 'applied');
    if (other) throw new Error(JSON.stringify(other));
  }
}

/** Runs in the page before anything else of it: when the first pull began, and how each page was kept. */
function watch() {
  const times = (globalThis.benchTimes = { pages: 0, kept: 0, asked: 0 });
  const ask = globalThis.fetch;
  globalThis.fetch = async function (request, ...more) {
    const isPull = String(request.url ?? request).includes('/api/sync/pull');
    const asked = performance.now();
    if (isPull) times.begun ??= asked;
    const answer = await ask.call(this, request, ...more);
    if (isPull) {
      times.pages += 1;
      times.asked += performance.now() - asked;
    }
    return answer;
  };
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const transaction = begin.call(this, stores, mode, options);
    if (mode === 'readwrite' && times.begun) {
      transaction.addEventListener('complete', () => (times.over = performance.now()));
    }
    return transaction;
  };
  const put = IDBObjectStore.prototype.put;
  const watched = new WeakSet();
  IDBObjectStore.prototype.put = function (...row) {
    if (this.name === 'synced' && !watched.has(this.transaction)) {
      watched.add(this.transaction);
      this.transaction.addEventListener('complete', () => (times.kept = performance.now()));
    }
    return put.apply(this, row);
  };
}

/** Runs in the page: the rows that the app keeps, written anew by nothing but IndexedDB. */
async function bare(pages) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const [{ name }] = await indexedDB.databases();
  const own = await done(indexedDB.open(name));
  const store = own.transaction('synced').objectStore('synced');
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  own.close();
  const write = async (parts) => {
    const opening = indexedDB.open('bare');
    opening.onupgradeneeded = () => opening.result.createObjectStore('synced');
    const database = await done(opening);
    const begun = performance.now();
    const each = Math.ceil(keys.length / parts);
    for (let at = 0; at < keys.length; at += each) {
      const transaction = database.transaction('synced', 'readwrite');
      const into = transaction.objectStore('synced');
      for (let n = at; n < Math.min(at + each, keys.length); n += 1) into.put(values[n], keys[n]);
      await new Promise((resolve) => (transaction.oncomplete = resolve));
    }
    const took = performance.now() - begun;
    database.close();
    await done(indexedDB.deleteDatabase('bare'));
    return took;
  };
  const bytes = values.reduce((sum, value) => sum + String(value).length, 0);
  return { rows: keys.length, bytes, whole: await write(1), paged: await write(pages) };
}

const server = await startServer();
const first = await openBrowser(folder('profile'), PHONE);
await logIn(first.pages()[0] ?? (await first.newPage()), server.links.recorder);
const cookies = await first.cookies();
await fill(first, server.origin);
await first.close();

const runs = [];
for (let run = 0; run < RUNS; run += 1) {
  const context = await openBrowser(folder('fresh'), PHONE);
  await context.addCookies(cookies);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.addInitScript(watch);
  const profile = process.env.PROFILE && (await beginProfile(page));
  await page.goto(server.origin);
  await page.waitForFunction(() => /全部已送达/.test(document.body.innerText), null, { timeout: 120_000, polling: 250 });
  if (profile) await endProfile(profile, process.env.PROFILE);
  const { begun, kept, over, pages, asked } = await page.evaluate(() => globalThis.benchTimes);
  runs.push({ pull: kept - begun, over: over - begun, pages, asked, ...(await page.evaluate(bare, pages)) });
  await context.close();
}
await server.stop();

const [{ rows, bytes, pages }] = runs;
console.log(`\n${machine()}; ${rows} rows, ${Math.round(bytes / 1000)} KB, ${pages} pages\n`);
row('ms', 'median', 'each run');
row('---', '---', '---');
const report = (what, name) => {
  const values = runs.map((run) => Math.round(run[name]));
  row(what, median(values), values.join(', '));
  return median(values);
};
const pull = report('first pull, from the first request to the last row kept', 'pull');
const over = report('… to the end of the round, lists read and shown between', 'over');
report('… of which until the heads of the answers came', 'asked');
const paged = report('the same rows to a bare IndexedDB, as many transactions', 'paged');
const whole = report('the same rows to a bare IndexedDB, one transaction', 'whole');
const ratios = (ms) => `${(ms / paged).toFixed(2)}, ${(ms / whole).toFixed(2)}`;
row(`ratio (${LIMIT} at most)`, ratios(pull), '');
row('ratio to the end of the round', ratios(over), '');
if (!(pull / whole <= LIMIT)) {
  console.log('\nMissed: the first pull takes too long.');
  process.exitCode = 1;
}
