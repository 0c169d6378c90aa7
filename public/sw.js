// The service worker: keeps one build of the app on the device, so that it opens with no network.
//
// `cargo xtask client` fills in the build's name and the list of its files. Data is none of this
// worker's business: it lives in IndexedDB, and `/api/` never passes through here.
"use strict";

const BUILD = "@BUILD@";
const FILES = ["@FILES@"];

const PREFIX = "minglu-";
const CACHE = PREFIX + BUILD;
const SHELL = "/shell";
const SERVER_WAIT_MS = 3000;

// All or nothing: a build that isn't complete is thrown away, and the old one stays in charge.
self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  try {
    const responses = await Promise.all(FILES.map(download));
    const cache = await caches.open(CACHE);
    await Promise.all(FILES.map((file, n) => cache.put(file, responses[n])));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function download(file) {
  // Hashed files can't be stale; the others must come from the server.
  const cache = file.startsWith("/pkg/") ? "default" : "no-cache";
  const response = await fetch(file, { cache, credentials: "same-origin" });
  // A redirect would be a log-in page or a captive portal, and can't answer a navigation.
  if (!response.ok || response.redirected) {
    throw new Error(`${file}: ${response.status}${response.redirected ? ", redirected" : ""}`);
  }
  return response;
}

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(dropOlderBuilds));
});

self.addEventListener("message", (event) => {
  const message = event.data || {};
  if (message.type === "take-over") {
    // Only ever on the user's tap: the page knows about open forms, this worker doesn't.
    event.waitUntil(self.skipWaiting());
  } else if (message.type === "started") {
    event.waitUntil(dropOlderBuilds());
  }
});

// The network is back (Background Sync, where the browser has it). Browsers let a page that nobody looks
// at run little, so that its own timers may notice much later.
self.addEventListener("sync", (event) => {
  event.waitUntil(wakePages());
});

async function wakePages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage({ type: "send" });
}

// A page that still runs an older build may yet need that build's files.
async function dropOlderBuilds() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const answers = await Promise.all(pages.map(scriptOf));
  if (answers.every((script) => FILES.includes(script))) {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
    // In the order of their making: what comes after this one is an update that waits.
    const older = names.slice(0, Math.max(0, names.indexOf(CACHE)));
    await Promise.all(older.map((name) => caches.delete(name)));
  }
}

// The path of the boot script that a page runs, or null if it doesn't say.
function scriptOf(page) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    page.postMessage({ type: "which-script" }, [channel.port2]);
    setTimeout(() => resolve(null), 2000);
  });
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    if (isFile(url.pathname)) return;
    event.respondWith(isServerPage(url.pathname) ? serverFirst(request) : shell(request));
  } else if (url.pathname.startsWith("/pkg/") || FILES.includes(url.pathname)) {
    event.respondWith(kept(request));
  }
});

function isFile(path) {
  return path.startsWith("/pkg/") || /\.[a-z]+$/.test(path) || path === SHELL;
}

// Pages that the server renders for people who haven't the app yet.
function isServerPage(path) {
  return path === "/login" || path.startsWith("/join/") || path.startsWith("/a/");
}

async function serverFirst(request) {
  const late = new Promise((resolve) => setTimeout(resolve, SERVER_WAIT_MS));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  // A gateway whose server is down is as good as no network.
  return answer && answer.status < 500 ? answer : shell(request);
}

async function shell(request) {
  const cached = await (await caches.open(CACHE)).match(SHELL);
  return cached || fetch(request);
}

async function kept(request) {
  const own = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
  // A page of an older build asks for that build's files.
  return own || (await caches.match(request, { ignoreVary: true })) || fetched(request);
}

// What isn't needed on a phone (the office's pages) is kept from its first use on.
async function fetched(request) {
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.startsWith("/pkg/")) {
    const copy = response.clone();
    await (await caches.open(CACHE)).put(request, copy);
  }
  return response;
}
