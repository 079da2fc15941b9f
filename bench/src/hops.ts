/**
 * Hops a second: consume, publish with confirm, acknowledge, on quorum queues; bare amqplib, our runtime and
 * other libraries in turn, in one run. Figures of one machine mean nothing alone: read the ratio.
 *   ./run bench hops [--messages 8000] [--rounds 3] [--prefetch 100,300]
 */
import { createEvent, encodeEvent } from '@orderflow/contracts';
import { brokerNodes, declareTopology, outgoing } from '@orderflow/runtime';
import { startInfrastructure, temporaryDataDir } from '@orderflow/stack';
import { type ChannelModel, connect } from 'amqplib';
import { v7 as uuidv7 } from 'uuid';
import {
  bareAmqplib,
  type Contender,
  HopAnswered,
  HopAsked,
  hopper,
  orderflow,
  rabbitMqClient,
  userOf,
} from './contenders.ts';
import { flagsOf } from './flags.ts';
import { positive } from './statistics.ts';

const values = flagsOf({
  messages: { type: 'string', default: '8000' },
  rounds: { type: 'string', default: '3' },
  prefetch: { type: 'string', default: '100,300' },
});
const messages = positive('messages', values.messages);
const rounds = positive('rounds', values.rounds);
const prefetches = values.prefetch.split(',').map((text) => positive('prefetch', text));
const contenders = [bareAmqplib, orderflow, rabbitMqClient];
const SINK = 'hop-sink';

interface Sample {
  readonly hopsPerSecond: number;
  readonly cpuMicrosPerHop: number;
}

const data = await temporaryDataDir();
const infrastructure = await startInfrastructure({ dataDir: data.path, ephemeral: true, command: 'bench hops' });
// Of several nodes all contenders use the same one.
const [{ href: url }] = brokerNodes(infrastructure.broker.amqpUrl) as [URL];
try {
  await declareTopology(url, [hopper]);
  const model = await connect(url);
  for (const prefetch of prefetches) {
    const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const contender of contenders) {
        const sample = await measure(model, contender, prefetch);
        // The first round warms up the broker and the compiler.
        if (round > 0) samples.get(contender.name)?.push(sample);
      }
    }
    report(prefetch, samples);
  }
  await model.close();
} finally {
  await infrastructure.close();
  data.delete();
}

async function measure(model: ChannelModel, contender: Contender, prefetch: number): Promise<Sample> {
  const channel = await model.createConfirmChannel();
  await channel.assertQueue(SINK, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(SINK, 'orders', HopAnswered.type);
  await channel.purgeQueue(SINK);
  await channel.purgeQueue(hopper.name);
  await fill(channel);

  const started = performance.now();
  const cpu = process.cpuUsage();
  const stop = await contender.start(url, prefetch);
  const deadline = Date.now() + 120_000;
  while ((await channel.checkQueue(SINK)).messageCount < messages) {
    if (Date.now() > deadline) throw new Error(`${contender.name} did not finish`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  await stop();
  await channel.close();
  return { hopsPerSecond: messages / seconds, cpuMicrosPerHop: (used.user + used.system) / messages };
}

async function fill(channel: Awaited<ReturnType<ChannelModel['createConfirmChannel']>>): Promise<void> {
  for (let sent = 0; sent < messages; sent++) {
    const fact = HopAsked.of({
      lines: [
        { sku: 'MUG-ENAMEL', quantity: 1 },
        { sku: 'TEA-EARL-GREY', quantity: 3 },
      ],
    });
    const event = createEvent(fact, { source: '/hopper', subject: uuidv7(), time: new Date(), region: 'bench' });
    const { properties } = outgoing(event);
    channel.publish('', hopper.name, encodeEvent(event), { ...properties, userId: userOf(url), persistent: true });
    if (sent % 1_000 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
}

function report(prefetch: number, samples: ReadonlyMap<string, Sample[]>): void {
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const bare = median((samples.get(bareAmqplib.name) ?? []).map((s) => s.hopsPerSecond));
  console.log(`\nprefetch ${prefetch}, ${messages} messages, median of ${values.rounds} rounds`);
  for (const [name, all] of samples) {
    const hops = median(all.map((s) => s.hopsPerSecond));
    const micros = median(all.map((s) => s.cpuMicrosPerHop));
    const row = [
      name.padEnd(20),
      `${hops.toFixed(0).padStart(7)} hops/s`,
      `${(hops / bare).toFixed(2).padStart(6)} of bare`,
    ];
    console.log([...row, `${micros.toFixed(0).padStart(5)} µs CPU a hop`].join('  '));
  }
}
