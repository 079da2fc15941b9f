/**
 * Sequential findAndModify by _id over one connection, journal on, against 1,000, 10,000 and 100,000 documents:
 *   node emulators/mongo/bench.ts [operations]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startMongo } from './src/index.ts';

const operations = Number(process.argv[2] ?? 3000);
const dataDir = mkdtempSync(join(process.cwd(), '.bench-mongo-'));
const mongo = await startMongo({ dataDir });
const client = await mongoose.mongo.MongoClient.connect(mongo.uri);

interface Order {
  _id: string;
  customerId: string;
  status: string;
  version: number;
  lines: { sku: string; quantity: number; unitPrice: number }[];
  outboxAt?: Date;
}

const order = (i: number): Order => ({
  _id: `order-${String(i).padStart(8, '0')}`,
  customerId: `customer-${i % 997}`,
  status: 'pending',
  version: 0,
  lines: [1, 2, 3].map((n) => ({ sku: `SKU-${n}`, quantity: n, unitPrice: 1999 })),
});

const rate = async (times: number, run: (i: number) => Promise<unknown>) => {
  for (let i = 0; i < times / 10; i++) await run(i);
  const started = performance.now();
  for (let i = 0; i < times; i++) await run(i);
  return Math.round((times / (performance.now() - started)) * 1000);
};

try {
  for (const size of [1_000, 10_000, 100_000]) {
    const orders = client.db('bench').collection<Order>(`orders${size}`);
    await orders.createIndex({ customerId: 1 });
    await orders.createIndex({ outboxAt: 1 }, { sparse: true });
    for (let i = 0; i < size; i += 1000) {
      await orders.insertMany(Array.from({ length: 1000 }, (_, j) => order(i + j)));
    }
    const id = () => order(Math.floor(Math.random() * size))._id;
    const modify = await rate(operations, () =>
      orders.findOneAndUpdate(
        { _id: id() },
        { $inc: { version: 1 }, $set: { status: 'confirmed' } },
        { returnDocument: 'after' },
      ),
    );
    const find = await rate(operations, () => orders.findOne({ _id: id() }));
    const newest = await rate(operations / 10, (i) =>
      orders
        .find({ customerId: `customer-${i % 997}` })
        .sort({ _id: -1 })
        .limit(20)
        .toArray(),
    );
    const outbox = await rate(operations / 10, () =>
      orders
        .find({ outboxAt: { $lt: new Date() } })
        .limit(100)
        .toArray(),
    );
    process.stdout.write(
      `${size} documents: findAndModify ${modify}/s, findOne ${find}/s, newest 20 of a customer ${newest}/s, empty outbox ${outbox}/s\n`,
    );
  }
} finally {
  await client.close();
  await mongo.close();
  rmSync(dataDir, { recursive: true });
}
