import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StackError } from '../errors.ts';

const VERSION = 1;
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  format: z.literal('orderflow-backup'),
  version: z.literal(VERSION),
  /** When it was begun. */
  at: z.iso.datetime(),
  /** It is of one moment: nothing was written while it was read, and no message was under way. */
  settled: z.boolean(),
  /** Why it is not. */
  unsettled: z.string().optional(),
  collections: z.array(
    z.object({
      /** Without the prefix. */
      database: z.string().regex(/^\w+$/),
      collection: z.string().min(1),
      /** Gzipped; each line is a document as canonical Extended JSON. */
      file: z.string().regex(/^store\/[\w.%-]+\.jsonl\.gz$/),
      documents: z.int().min(0),
      /** SHA-256 of what is in the file. */
      sha256: digest,
    }),
  ),
  broker: z
    .object({
      /** Of the virtual host, as RabbitMQ exports them: without users. */
      file: z.literal('broker.json'),
      sha256: digest,
      /** Messages in dead-letter queues; they are not in the backup. */
      deadLettered: z.int().min(0),
    })
    .optional(),
  /** Names of the variables, which a restored shop needs with the same values. */
  secrets: z.array(z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type BackedUpCollection = Manifest['collections'][number];

export const newManifest = (rest: Omit<Manifest, 'format' | 'version'>): Manifest => ({
  format: 'orderflow-backup',
  version: VERSION,
  ...rest,
});

export const manifestIn = (folder: string): string => join(folder, 'manifest.json');

/** @throws StackError when there is none, or one that this version does not read */
export function readManifest(folder: string): Manifest {
  const file = manifestIn(folder);
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent) throw new StackError(`${folder} has no manifest.json: it is no backup, or one that was broken off.`);
    throw new StackError(`${file} is damaged: it is no JSON.`);
  }
  const { version, format } = (given ?? {}) as { version?: unknown; format?: unknown };
  if (format === 'orderflow-backup' && version !== VERSION) {
    throw new StackError(`${folder} is a backup of format ${version}, and this version reads format ${VERSION}.`);
  }
  const manifest = manifestSchema.safeParse(given);
  if (manifest.success) return manifest.data;
  const [issue] = manifest.error.issues;
  throw new StackError(`${file} is no manifest of a backup: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}
