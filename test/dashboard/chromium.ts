/** A browser for the page of the dashboard, where the machine has one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where systems put a Chromium; another one is named by MILLRACE_TEST_CHROMIUM. */
const BROWSERS = [process.env.MILLRACE_TEST_CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'];
const QUIET = '--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update';
const executablePath = BROWSERS.find((path) => path !== '' && existsSync(path));

/** Where pictures of pages are left for whoever wants to look at them. */
export const SHOTS = join(import.meta.dirname, '../../.cache/dashboard');

export const hasChromium = executablePath !== undefined;

if (!hasChromium) console.log('There is no Chromium: the page of the dashboard is not tried.');

/** To be closed by who launches it. */
export function launchChromium(): Promise<Browser> {
  const args = ['--no-sandbox', ...QUIET.split(' ')];
  return chromium.launch({ executablePath: executablePath as string, args, timeout: 120_000 });
}
