import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readConfig } from '@orderflow/runtime';
import type { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Environment = Record<string, string>;
export type Config = Readonly<Record<string, unknown>>;
type ConfigModule = { readConfig?: () => Config } & Record<string, unknown>;

/** Lets a program's own config read this environment and says which variables it asked for. */
export async function readBy(main: string, env: Environment): Promise<{ asked: Set<string>; config: Config }> {
  const module: ConfigModule = await import(pathToFileURL(join(ROOT, main, '../config.ts')).href);
  const asked = new Set<string>();
  const watched = new Proxy(env, {
    get: (target, name) => {
      asked.add(String(name));
      return target[String(name)];
    },
  });
  const shape = Object.entries(module).find(([name]) => name.endsWith('Env'))?.[1] as z.ZodRawShape | undefined;
  if (shape) return { config: readConfig(shape, watched), asked };
  const before = process.env;
  try {
    process.env = watched;
    return { config: module.readConfig?.() ?? {}, asked };
  } finally {
    process.env = before;
  }
}
