import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StackError } from '../errors.ts';
import { findBinary } from '../processes/binaries.ts';
import { run } from './exec.ts';
import type { Site } from './provider.ts';

const APT_MS = 10 * 60_000;
const POLICY = '/usr/sbin/policy-rc.d';

/** Who wants something installed: where it is said, and where apt's words go. */
export type Installing = Pick<Site, 'report'> & { readonly children: Pick<Site['children'], 'logFile'> };

/** What the decision needs to know of a machine. */
export interface Machine {
  readonly aptGet: boolean;
  readonly root: boolean;
  readonly platform: NodeJS.Platform;
}

export const thisMachine = (): Machine => ({
  aptGet: findBinary('apt-get') !== undefined,
  root: process.getuid?.() === 0,
  platform: process.platform,
});

/** The command that installs these Debian packages here, for a person to run. */
export function installCommand(packages: readonly string[], machine: Machine): string {
  const apt = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (machine.aptGet) return machine.root ? `apt-get update && ${apt}` : `sudo apt-get update && sudo ${apt}`;
  const names = packages.map((one) => one.replace(/-server$/, ''));
  return machine.platform === 'darwin' ? `brew install ${names.join(' ')}` : `install ${names.join(' and ')}`;
}

/**
 * Installs Debian packages as root, apt's words in a log.
 * @throws StackError with the exact command where that is not possible or fails
 */
export async function install(packages: readonly string[], site: Installing, machine = thisMachine()): Promise<void> {
  const names = packages.join(' and ');
  const command = installCommand(packages, machine);
  if (!machine.aptGet || !machine.root) {
    throw new StackError(`Missing here, and not ours to install: ${names}. Run: ${command}`);
  }
  const logFile = site.children.logFile('apt');
  mkdirSync(dirname(logFile), { recursive: true });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await site.report.step(`Installing ${names} with apt-get (log: ${logFile})`, () =>
    withoutServiceStart(async () => {
      const update = await run('apt-get', ['update'], { timeoutMs: APT_MS, env });
      const args = ['install', '-y', '--no-install-recommends', ...packages];
      const result = await run('apt-get', args, { timeoutMs: APT_MS, env });
      writeFileSync(logFile, `${update.output}\n${result.output}`);
      if (!result.ok) throw new StackError(`apt-get could not install ${names} (see ${logFile}). Run: ${command}`);
    }),
  );
}

/** Keeps freshly installed packages from starting their own services (Debian's policy-rc.d; 101 = forbidden). */
async function withoutServiceStart(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = () => rmSync(POLICY, { force: true });
  process.once('exit', remove); // Ctrl-C in the middle
  try {
    await work();
  } finally {
    process.off('exit', remove);
    remove();
  }
}
