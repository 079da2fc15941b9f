import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { sharedEnv } from './shared-settings.ts';

export type SettingValue = string | number | null;

/** Which shared settings a process was last started with, in the collection `settings` of its database. */
export interface SettingsNotice {
  /** The service's name: replicas are meant to have the same environment. */
  readonly _id: string;
  /** Null: not set, and without a default. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly at: Date;
}

/** Those of a process's configuration that others must have alike. */
export function sharedSettingsOf(config: Readonly<Record<string, unknown>>): Record<string, SettingValue> {
  const names = Object.keys(sharedEnv).filter((name) => name in config);
  return Object.fromEntries(names.map((name) => [name, noted(name, (config[name] ?? null) as SettingValue)]));
}

/** Of a secret only so much of its hash that two can be told apart: nobody gets it back from four bytes. */
function noted(name: string, value: SettingValue): SettingValue {
  if (value === null || !name.endsWith('_SECRET')) return value;
  return `(hash ${createHash('sha256').update(`setting ${name} ${value}`).digest('hex').slice(0, 8)})`;
}

/** Writes them down for the auditor, who alone may read the notices of all services. */
export async function noteSettings(database: Connection, service: string, config: object): Promise<void> {
  const settings = sharedSettingsOf(config as Record<string, unknown>);
  const notices = database.collection<SettingsNotice>('settings');
  await notices.updateOne({ _id: service }, { $set: { settings, at: new Date() } }, { upsert: true });
}
