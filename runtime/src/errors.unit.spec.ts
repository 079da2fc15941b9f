import mongoose from 'mongoose';
import { describe, expect, test } from 'vitest';
import { classify, dependencyAtFault } from './errors.ts';

const { MongoServerError, MongoBulkWriteError } = mongoose.mongo;
const answered = (code: number) => new MongoServerError({ message: 'not this time', code });

describe('a store whose primary is being elected', () => {
  test.each([
    ['NotWritablePrimary', 10_107],
    ['PrimarySteppedDown', 189],
    ['InterruptedDueToReplStateChange', 11_602],
    ['ShutdownInProgress', 91],
  ])('is away, and what it answers (%s) is no fault of what was asked', (_, code) => {
    expect(dependencyAtFault(answered(code))).toBe('mongodb');
    expect(classify(answered(code))).toBe('dependency');
    const ofMany = new MongoBulkWriteError({ message: 'not this time', code, writeErrors: [] }, {} as never);
    expect(dependencyAtFault(ofMany)).toBe('mongodb');
  });

  test('is not what a document was refused for, nor anybody else’s code', () => {
    expect(dependencyAtFault(answered(11_000))).toBeUndefined();
    expect(dependencyAtFault(Object.assign(new Error('of a shell'), { code: 91 }))).toBeUndefined();
  });
});
