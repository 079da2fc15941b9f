import { execFile } from 'node:child_process';

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command to its end. Never rejects: a missing command, a failure and a timeout are all `ok: false`. */
export function run(
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; env?: NodeJS.ProcessEnv; cwd?: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      {
        timeout: options.timeoutMs,
        env: options.env ?? process.env,
        cwd: options.cwd,
        maxBuffer: 16 * 1024 * 1024,
        killSignal: 'SIGKILL',
      },
      (error, stdout, stderr) => resolve({ ok: !error, output: `${stdout}${stderr}` || (error?.message ?? '') }),
    );
  });
}
