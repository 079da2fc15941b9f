import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { choreographyOfTree } from '../testing/choreography.ts';
import { smallWorld, type World } from '../testing/world.ts';

describe('given books that agree', () => {
  let connection: Connection;
  let world: World;
  beforeAll(async () => {
    connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
    world = await smallWorld(connection, await choreographyOfTree());
  });
  afterAll(async () => {
    await world.close();
    await connection.close();
  });

  it('when they are audited, every check is green and none is skipped', async () => {
    const report = await world.audit();

    expect(report.violations).toEqual([]);
    expect(report.green).toBe(true);
    expect(report.orders).toBe(Object.keys(world.stories).length);
    expect(report.checks.filter(({ skipped }) => skipped)).toEqual([]);
  });
});
