import { messageOf } from '../errors.ts';
import type { Report } from '../report.ts';

const PROBE = 'https://fastdl.mongodb.org/';
const PROBE_MS = 2_000;

/** A mongod that mongodb-memory-server has downloaded before, or downloads now where the network lets it; or undefined. */
export async function downloadedMongod(report: Report): Promise<string | undefined> {
  const { DryMongoBinary, MongoBinary } = await import('mongodb-memory-server');
  const options = await DryMongoBinary.generateOptions();
  const cached = await DryMongoBinary.locateBinary(options).catch(() => undefined);
  if (cached) return cached;
  if (!(await reachable())) return undefined;
  try {
    return await report.step(`Downloading MongoDB ${options.version}`, () => MongoBinary.getPath(options));
  } catch (error) {
    report.warn(`MongoDB could not be downloaded (${messageOf(error).split('\n')[0]})`);
    return undefined;
  }
}

/** Asks before downloading: without a network the download itself takes seven seconds to fail. */
async function reachable(): Promise<boolean> {
  try {
    const response = await fetch(PROBE, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) });
    return response.status < 500 && !response.redirected;
  } catch {
    return false;
  }
}
