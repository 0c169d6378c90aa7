// Browser tests against the real server and the release client, in Debian's Chromium.
// `cargo xtask test --only e2e` builds both and sets MINGLU_BIN to the server's binary;
// the specs start and stop their own servers with it, because some of them need it dead.
import { defineConfig, devices } from '@playwright/test';
import { chromium, chromiumArgs, phoneAgent } from './tests/support/machine.ts';

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './tests/support/setup.ts',
  // Two cores: more workers only make each other slow enough to time out.
  workers: Number(process.env.MINGLU_E2E_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // A shared machine stalls now and then; what passes only the second time is reported as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'playwright-report' }]],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    serviceWorkers: 'allow',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium, args: chromiumArgs },
  },
  projects: [
    {
      name: 'phone',
      testIgnore: ['office.spec.ts', 'wide.spec.ts'],
      use: {
        ...devices['Desktop Chrome'],
        userAgent: phoneAgent,
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
    {
      name: 'desktop',
      testMatch: ['office.spec.ts', 'accessibility.spec.ts', 'wide.spec.ts'],
      use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } },
    },
  ],
});
