// Where a page's time goes, by function. Wasm has names when the client was built with MINGLU_NAMES=1.
import { writeFileSync } from 'node:fs';

/** Begins to look at the page's main thread every 0.2 ms. */
export async function beginProfile(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  return session;
}

/** Ends it, keeps what the developer tools can open, and prints what took longest by itself and with all it called. */
export async function endProfile(session, file, lines = 45) {
  const { profile } = await session.send('Profiler.stop');
  writeFileSync(file, JSON.stringify(profile));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const own = new Map();
  const whole = new Map();
  const name = ({ callFrame }) => callFrame.functionName || `${callFrame.url.split('/').pop()}:${callFrame.lineNumber}`;
  const add = (map, key, ms) => map.set(key, (map.get(key) ?? 0) + ms);
  profile.samples.forEach((id, index) => {
    const ms = (profile.timeDeltas[index + 1] ?? 0) / 1000;
    add(own, name(nodes.get(id)), ms);
    const seen = new Set();
    for (let at = id; at !== undefined; at = parents.get(at)) seen.add(name(nodes.get(at)));
    for (const one of seen) add(whole, one, ms);
  });
  const print = (what, map) => {
    console.log(`\n${what}, ms`);
    const sorted = [...map].sort((a, b) => b[1] - a[1]).slice(0, lines);
    for (const [one, ms] of sorted) console.log(`${ms.toFixed(0).padStart(7)}  ${one.slice(0, 160)}`);
  };
  print('By itself', own);
  print('With all that it called', whole);
}
