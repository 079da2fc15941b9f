import { findBinary } from '../processes/binaries.ts';
import { type Installing, install } from './install.ts';

/** Debian's names of the programs, and of the packages that bring them. */
const PACKAGES = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
};

export interface Monitoring {
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** Prometheus and Alertmanager, installed where they are missing. @throws StackError with how to get them */
export async function provideMonitoring(site: Installing): Promise<Monitoring> {
  const [prometheus, alertmanager] = await programs(['prometheus', 'prometheus-alertmanager'], site);
  return { prometheus: prometheus as string, alertmanager: alertmanager as string };
}

/** What tests alert rules. @throws StackError with how to get it */
export async function providePromtool(site: Installing): Promise<string> {
  const [promtool] = await programs(['promtool'], site);
  return promtool as string;
}

async function programs(names: readonly (keyof typeof PACKAGES)[], site: Installing): Promise<(string | undefined)[]> {
  const find = (name: string) => findBinary(name) ?? findBinary(name.replace(/^prometheus-/, ''));
  const missing = [...new Set(names.filter((name) => !find(name)).map((name) => PACKAGES[name]))];
  if (missing.length > 0) await install(missing, site);
  return names.map(find);
}
