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
  return Object.fromEntries(names.map((name) => [name, (config[name] ?? null) as SettingValue]));
}

/** Writes them down for the auditor, who alone may read the notices of all services. */
export async function noteSettings(database: Connection, service: string, config: object): Promise<void> {
  const settings = sharedSettingsOf(config as Record<string, unknown>);
  const notices = database.collection<SettingsNotice>('settings');
  await notices.updateOne({ _id: service }, { $set: { settings, at: new Date() } }, { upsert: true });
}
