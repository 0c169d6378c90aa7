// `test` with a server per worker, and what every person does: log in, look at the status line.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  devices,
  expect,
  test as base,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from '@playwright/test';
import { chromiumArgs, phoneAgent, port, scratch } from './machine.ts';
import { linkIn, Server, type Options } from './server.ts';

export { expect, linkIn, Server };

/** Opens a page in a browser profile of its own, which ends with the test. */
export type NewPage = (options?: BrowserContextOptions) => Promise<Page>;

interface Own {
  newPage: NewPage;
  /** The same in a browser whose camera sees the film in a file; no permission is asked for. */
  newPageWithCamera: (film: string) => Promise<Page>;
  /** The same in a browser whose microphone hears beeps. */
  newPageWithMicrophone: () => Promise<Page>;
  /** A server for one test alone, to be stopped and started at will. */
  ownServer: Server;
  /** Starts such a server with other settings, or without the sample. */
  startServer: (options: Options) => Promise<Server>;
  /** A phone whose browser can be killed; its storage stays until the test ends. */
  phone: Phone;
}

interface Shared {
  /** The worker's server, with the sample organization; tests share it, so each has its own people. */
  server: Server;
}

export const test = base.extend<Own, Shared>({
  server: [
    async ({}, use, worker) => {
      const server = await Server.start(port(worker, 0));
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
  newPage: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
  newPageWithCamera: async ({ playwright }, use) => {
    const opened: Browser[] = [];
    await use(async (film) => {
      const browser = await playwright.chromium.launch({
        args: [
          ...chromiumArgs,
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-video-capture=${film}`,
        ],
      });
      opened.push(browser);
      return browser.newPage();
    });
    for (const browser of opened) await browser.close();
  },
  newPageWithMicrophone: async ({ playwright }, use) => {
    const opened: Browser[] = [];
    await use(async () => {
      const browser = await playwright.chromium.launch({
        args: [
          ...chromiumArgs,
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
        ],
      });
      opened.push(browser);
      return (await browser.newContext(handset)).newPage();
    });
    for (const browser of opened) await browser.close();
  },
  startServer: async ({}, use, info) => {
    const started: Server[] = [];
    await use(async (options) => {
      const server = await Server.start(port(info, 1 + started.length), options);
      started.push(server);
      return server;
    });
    for (const server of started) await server.remove();
  },
  ownServer: async ({ startServer }, use) => use(await startServer({})),
  phone: async ({ playwright }, use) => {
    const folder = mkdtempSync(join(scratch, 'phone-'));
    const phone = new Phone(folder, (options) =>
      playwright.chromium.launchPersistentContext(folder, options),
    );
    await use(phone);
    await phone.close();
  },
});

/** A browser with its storage on disk, which goes on over a restart as a phone's does. */
export class Phone {
  private context: BrowserContext | undefined;

  constructor(
    private readonly folder: string,
    private readonly launch: (options: BrowserContextOptions) => Promise<BrowserContext>,
  ) {}

  /** Opens the browser; the page is empty. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    this.context = await this.launch(options);
    return this.context.pages()[0] ?? this.context.newPage();
  }

  /** Kills the browser as the system does when it needs the memory: nothing is told or flushed. */
  async kill(): Promise<void> {
    const context = this.context;
    this.context = undefined;
    if (!context) return;
    const closed = new Promise((resolve) => context.once('close', resolve));
    for (const id of browsersOf(this.folder)) process.kill(id, 'SIGKILL');
    await closed;
  }

  async close(): Promise<void> {
    const context = this.context;
    this.context = undefined;
    await context?.close();
  }

  /** Network on or off, for pages and workers. */
  async setOffline(offline: boolean): Promise<void> {
    await this.context?.setOffline(offline);
  }
}

/** The processes of the browser that keeps its storage in this folder. */
function browsersOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(`--user-data-dir=${folder}`);
      } catch {
        return false; // It has just ended.
      }
    });
}

/** Follows a fresh one-time link; ends on the home page (or where the person wanted to go). */
export async function logIn(page: Page, server: Server, who: string): Promise<void> {
  await page.goto(await server.link(who));
  await expect(page).not.toHaveURL(/\/login/);
  // The first pull brings every form and a year's activities; the machine has two cores.
  await expect(status(page)).toContainText(/全部已送达|All sent/, { timeout: 45_000 });
}

/** The line that says where the person's records are. */
export function status(page: Page): Locator {
  return page.locator('.sync-text').filter({ visible: true }).first();
}

/** Waits until everything that the app needs to start offline is kept on the device. */
export async function keptOffline(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-offline-ready', '', { timeout: 30_000 });
}

/** A field by its label, with or without the word "required" behind it. */
export function field(page: Page | Locator, label: string): Locator {
  return page.getByLabel(new RegExp(`^${label}\\s*(必填|required)?$`));
}

/** One of the choices of a question in a form, a segmented control or a filter. */
export function choice(page: Page | Locator, label: string): Locator {
  return page.locator('label').filter({ hasText: new RegExp(`^\\s*${label}\\s*$`) });
}

/** The office's browser, also where the test itself runs as a phone. */
export const desktop = {
  viewport: { width: 1440, height: 900 },
  userAgent: devices['Desktop Chrome'].userAgent,
  deviceScaleFactor: 1,
  isMobile: false,
  hasTouch: false,
};

/** A short message at the screen's edge. */
export function toast(page: Page, text: string): Locator {
  return page.locator('.toasts').getByText(text, { exact: true });
}

/** The person's own wish for the language, as it is kept on the device. */
export async function inEnglish(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => localStorage.setItem('minglu.lang', '"en"'));
}

/** A phone's browser, also where the test itself runs as the office's. */
export const handset = {
  viewport: { width: 390, height: 844 },
  userAgent: phoneAgent,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A place of the menu: the tabs of the phone, the sidebar of the desktop. */
export function menu(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: /^(主导航|Main)$/ }).getByRole('link', { name });
}
