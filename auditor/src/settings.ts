import type { SettingsDisagreement } from '@orderflow/contracts';
import type { SettingsNotice, SettingValue } from '@orderflow/runtime';
import type { Sources } from './sources.ts';

type Settings = Pick<SettingsNotice, '_id' | 'settings'>;

/** Shared settings that not all services were started with alike, by what each has noted. @param own the auditor's */
export async function settingsDisagreements(
  { collections }: Sources,
  own: Readonly<Record<string, SettingValue>>,
): Promise<SettingsDisagreement[]> {
  const noted = await Promise.all(collections.settings.map((notices) => notices.find().toArray()));
  return disagreements([...noted.flat(), { _id: 'auditor', settings: own }]);
}

/** Pure. A setting is compared among the services that read it. */
export function disagreements(services: readonly Settings[]): SettingsDisagreement[] {
  const names = new Set(services.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].sort().flatMap((setting) => {
    const values = services
      .filter(({ settings }) => setting in settings)
      .map(({ _id: service, settings }) => ({ service, value: settings[setting] ?? null }))
      .sort((one, other) => (one.service < other.service ? -1 : 1));
    return new Set(values.map(({ value }) => value)).size > 1 ? [{ setting, values }] : [];
  });
}
