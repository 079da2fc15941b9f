import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { verdict } from './simulation/oracle.ts';
import { type System, startSystem } from './simulation/system.ts';
import { newWorld } from './simulation/world.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

test('thin', async () => {
  const world = await newWorld(system);
  try {
    await world.place();
    await world.drain();
    expect(await verdict(world)).toEqual([]);
  } catch (error) {
    console.log(world.story.join('\n'));
    throw error;
  } finally {
    world.release();
  }
});
