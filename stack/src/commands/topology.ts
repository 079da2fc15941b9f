import { givenAddresses } from '../config.ts';
import { StackError } from '../errors.ts';
import { discoverDefinitions } from '../processes/discover.ts';
import { consoleReport } from '../report.ts';

/** Declares the exchange and every worker's queues on AMQP_URL. */
export async function topology(): Promise<void> {
  const { amqpUrl } = givenAddresses();
  if (!amqpUrl) throw new StackError('Set AMQP_URL to the broker that the queues are declared on.');
  const [{ declareTopology }, definitions] = await Promise.all([import('@orderflow/runtime'), discoverDefinitions()]);
  await declareTopology(amqpUrl, definitions);
  consoleReport().line(`Declared the queues of ${definitions.map(({ name }) => name).join(', ')}.`);
}
