import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { addStory } from '../testing/breaking.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { Story } from '../testing/story.ts';
import { smallWorld, type World } from '../testing/world.ts';
import { xray } from './xray.ts';

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

  it('when an order was confirmed before payment heard of that, nobody misses what payment would say', async () => {
    const story = new Story(world.choreography, new Date(Date.now() - 600_000));
    story.confirmed({ isNew: false });
    story.books.shipment.due = new Date(Date.now() + 600_000);
    await addStory(world, story);

    expect((await world.audit()).violations).toEqual([]);
    const { events } = (await xray(world.sources, world.choreography, story.orderId)) ?? { events: [] };
    const confirmed = events.find(({ type }) => type === 'order.confirmed');
    expect(confirmed?.hops.map(({ worker }) => worker)).not.toContain('payment');
  });
});
