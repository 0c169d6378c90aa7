// Lighthouse on the main screens, logged in: what a person who uses the app every day gets.
//
// The profile is logged in first, at full speed, and Lighthouse is told to leave its storage alone;
// the service worker is therefore at work, as it is for everybody after the first visit.
import { mkdirSync, writeFileSync } from 'node:fs';
import lighthouse, { desktopConfig } from 'lighthouse';
import { DESKTOP, PHONE, allSynced, folder, freePort, logIn, machine, openBrowser, row, startServer } from './_machine.mjs';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const WANTED = 95;

const SCREENS = [
  { name: 'home', role: 'recorder', path: '/' },
  { name: 'check-in', role: 'recorder', path: '/check-in' },
  { name: 'record', role: 'recorder', path: '/records/new/law_outreach' },
  { name: 'review', role: 'reviewer', path: '/office/review', desktop: true },
];

const only = process.env.SCREEN;
const reports = process.env.MINGLU_REPORTS ?? folder('reports');
mkdirSync(reports, { recursive: true });
const server = await startServer();
console.log(`\n${machine()}; Lighthouse's own throttling (simulated)\n`);
row('screen', ...CATEGORIES, 'first paint, ms', 'largest paint, ms', 'blocked, ms', 'layout shift');
row('---', '---', '---', '---', '---', '---', '---', '---');

const profiles = new Map();
async function loggedIn(role, screen) {
  if (!profiles.has(role)) {
    const profile = folder(role);
    const context = await openBrowser(profile, screen.desktop ? DESKTOP : PHONE);
    const page = context.pages()[0] ?? (await context.newPage());
    await logIn(page, server.links[role]);
    await page.goto(`${server.origin}/`);
    await allSynced(page);
    await context.close();
    profiles.set(role, profile);
  }
  return profiles.get(role);
}

const missed = [];
for (const screen of SCREENS) {
  if (only && only !== screen.name) continue;
  const profile = await loggedIn(screen.role, screen);
  const port = await freePort();
  const context = await openBrowser(profile, {}, [`--remote-debugging-port=${port}`]);
  const flags = {
    port,
    output: ['html', 'json'],
    logLevel: 'error',
    onlyCategories: CATEGORIES,
    disableStorageReset: true,
  };
  const result = await lighthouse(
    `${server.origin}${screen.path}`,
    flags,
    screen.desktop ? desktopConfig : undefined,
  );
  await context.close();
  const { categories, audits } = result.lhr;
  writeFileSync(`${reports}/${screen.name}.html`, result.report[0]);
  writeFileSync(`${reports}/${screen.name}.json`, result.report[1]);
  const scores = CATEGORIES.map((id) => Math.round((categories[id].score ?? 0) * 100));
  const ms = (id) => `${Math.round(audits[id].numericValue ?? Number.NaN)}`;
  row(
    screen.name,
    ...scores,
    ms('first-contentful-paint'),
    ms('largest-contentful-paint'),
    ms('total-blocking-time'),
    (audits['cumulative-layout-shift'].numericValue ?? 0).toFixed(3),
  );
  CATEGORIES.forEach((id, n) => {
    if (scores[n] >= WANTED) return;
    const lost = categories[id].auditRefs
      .map((ref) => audits[ref.id])
      .filter((audit) => audit.score !== null && audit.score < 0.9)
      .map((audit) => `${audit.id} (${audit.displayValue ?? audit.title})`);
    missed.push(`${screen.name}, ${id}: ${scores[n]}; ${lost.join(', ')}`);
  });
}
await server.stop();
for (const line of missed) console.log(`\nMissed: ${line}`);
process.exitCode = missed.length > 0 ? 1 : 0;
