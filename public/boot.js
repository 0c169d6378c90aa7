// Starts the app: loads the wasm, then keeps the service worker up to date.
//
// The page and this script talk through the <html> element and window events only, so that the
// Rust side needs no bindings:
//   <html data-offline-ready>    the whole app is kept on this device   (event minglu-offline-ready)
//   <html data-update>           a new version waits for the user's tap (event minglu-update)
//   event minglu-take-over       sent by the app on that tap: switch to the new version and reload
//   event minglu-send            the browser says that the network is back: send what waits
//   <* data-boot-failed hidden>  shown when the app can't start
//
// `cargo xtask client` fills in the wasm's path, and whether `cargo xtask dev` is watching.
import init from "./minglu.js";

const WASM = "@WASM@";
const LIVE = "@LIVE@";
const HOUR_MS = 3600 * 1000;

const page = document.documentElement;

// The person's theme and text size, before the app's first paint; the app keeps them.
for (const name of ["theme", "text"]) {
  try {
    const kept = JSON.parse(localStorage.getItem(`minglu.${name}`));
    if (kept) page.setAttribute(`data-${name}`, kept);
  } catch {
    // No storage, or not ours: the defaults stand in the document.
  }
}

function tell(attribute, event) {
  page.setAttribute(attribute, "");
  window.dispatchEvent(new Event(event));
}

async function start() {
  // Kept, because the app clears the page before it draws its own.
  const notices = [...document.querySelectorAll("[data-boot-failed]")];
  try {
    await init({ module_or_path: WASM });
  } catch (error) {
    console.error(error);
    for (const notice of notices) {
      notice.hidden = false;
      if (!notice.isConnected) document.body.append(notice);
    }
  }
}

const TAKING_OVER = "minglu.taking-over";

// A word for the page after the next reload of this tab; private windows may keep none.
function leaveNote(name) {
  try {
    sessionStorage.setItem(name, "");
  } catch {}
}

function takeNote(name) {
  try {
    const note = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return note;
  } catch {
    return null;
  }
}

async function keepOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return;

  workers.addEventListener("message", (event) => {
    if (event.data?.type === "which-script") {
      event.ports[0]?.postMessage(new URL(import.meta.url).pathname);
    } else if (event.data?.type === "send") {
      window.dispatchEvent(new Event("minglu-send"));
    }
  });

  let registration;
  // Whether the person tapped for the new version: on this page, or on the one before its reload.
  let leaving = takeNote(TAKING_OVER) !== null;
  if (leaving) setTimeout(() => (leaving = false), 10_000);
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    // The first worker takes charge of a page that is new already; a later one, of one that isn't.
    if (leaving) location.reload();
    else if (controlled) tell("data-update", "minglu-update");
    controlled = true;
  });
  window.addEventListener("minglu-take-over", () => {
    leaving = true;
    if (!registration?.waiting) return location.reload();
    registration.waiting.postMessage({ type: "take-over" });
    // The old worker goes only when it has nothing more to send; what it still sends to this page ends with
    // the page.
    setTimeout(() => {
      leaveNote(TAKING_OVER);
      location.reload();
    }, 3_000);
  });

  const watch = (worker) => {
    const check = () => {
      if (worker.state === "installed" && workers.controller) tell("data-update", "minglu-update");
    };
    worker.addEventListener("statechange", check);
    check();
  };

  try {
    registration = await workers.register("/sw.js", { updateViaCache: "none" });
  } catch (error) {
    // Private windows and some in-app browsers have none; the app says that it needs the network.
    console.warn(error);
    return;
  }
  if (registration.waiting) watch(registration.waiting);
  if (registration.installing) watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));

  // Asks to be woken when the network returns, which a page in the background may not notice.
  const askToBeWoken = () => {
    if (!navigator.onLine) registration.sync?.register("send").catch(() => {});
  };
  window.addEventListener("offline", askToBeWoken);

  // An app on the home screen may go on for days without a navigation.
  const update = () => registration.update().catch(() => {});
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") update();
    else askToBeWoken();
  });
  setInterval(update, HOUR_MS);

  const { active } = await workers.ready;
  active?.postMessage({ type: "started" });
  tell("data-offline-ready", "minglu-offline-ready");
}

// Under `cargo xtask dev`: no worker between the page and a change, and a reload after each.
async function liveReload() {
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await worker.unregister();
  }
  let seen;
  setInterval(async () => {
    const response = await fetch("/sw.js", { cache: "no-store" }).catch(() => undefined);
    if (!response?.ok) return;
    const text = await response.text();
    if (seen !== undefined && seen !== text) location.reload();
    seen = text;
  }, 700);
}

await start();
await (LIVE ? liveReload() : keepOffline());
