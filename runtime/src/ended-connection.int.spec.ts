import net, { type Socket } from 'node:net';
import mongoose from 'mongoose';
import { expect, inject, onTestFinished, test, vi } from 'vitest';

test('a command that is sent to the store on a connection that has just ended fails, and the next one is answered', async () => {
  const connect = vi.spyOn(net, 'createConnection');
  onTestFinished(() => connect.mockRestore());
  const options = { dbName: 'ended_connection', maxPoolSize: 1, retryReads: false };
  const database = await mongoose.createConnection(inject('infrastructure').mongodbUri, options).asPromise();
  const ask = () => database.collection('any').findOne({});
  await ask();

  // Nobody has been told yet when the command is written: the socket says only that it is not drained.
  for (const { value } of connect.mock.results) (value as Socket).destroy();
  await expect(ask()).rejects.toThrow('closed');

  expect(await ask()).toBeNull();
  await database.close();
}, 30_000);
