import { spawn } from 'node:child_process';
import type { Report } from '../report.ts';

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open' };

/** Opens an address in the user's browser, where there is one; says so where there is not. */
export function openInBrowser(url: string, report: Report): void {
  const sorry = () => report.warn(`There is no browser to open here: ${url}`);
  const child = spawn(OPENERS[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.once('error', sorry);
  child.once('exit', (code) => {
    if (code !== 0) sorry();
  });
  child.unref();
}
