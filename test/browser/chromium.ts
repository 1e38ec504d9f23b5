import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package puts it; another place can be named. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);

/** Tests in a real browser; where there is none their title says so, and how to get one. */
export const describeInBrowser = isThere ? describe : describe.skip;
export const inBrowser = (title: string) =>
  isThere ? title : `${title} (skipped: no Chromium at ${executablePath}; apt-get install chromium, or set CHROMIUM)`;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}
