import { type EventDefinition, newId, type OrderflowEvent } from '@orderflow/contracts';
import { hearersOf } from '../src/choreography.ts';
import type { Books } from '../src/sources.ts';
import { STOCK_ID, type Story } from './story.ts';
import { intentOf, storeStories, type World } from './world.ts';

const COLLECTION: Readonly<Record<string, keyof Books>> = {
  gateway: 'orders',
  'order-process': 'orders',
  inventory: 'reservations',
  payment: 'payments',
  delivery: 'shipments',
  notification: 'notifications',
};
const collectionOf = (worker: string): keyof Books => COLLECTION[worker] as keyof Books;

/** Writes past every guard, as no worker would, and without a trace of when. */
export async function tamper(world: World, collection: keyof Books, id: string, update: object): Promise<void> {
  const { matchedCount } = await (world.books[collection] as Books['orders']).updateOne({ _id: id }, update as never);
  if (matchedCount !== 1) throw new Error(`There is no ${collection}/${id}`);
}

export const tamperStock = (world: World, update: object) => tamper(world, 'stock', STOCK_ID, update);

/** The fact is said a second time, with another id, and everybody hears it. */
export async function sayAgain(world: World, story: Story, definition: EventDefinition): Promise<OrderflowEvent> {
  const first = story.event(definition);
  const again = { ...first, id: newId() };
  const said = `handled.${first.causationid}`;
  await tamper(world, collectionOf(first.source.slice(1)), story.orderId, { $push: { [said]: again } });
  for (const worker of hearersOf(world.choreography).get(first.type) ?? []) {
    await tamper(world, collectionOf(worker), story.orderId, { $set: { [`handled.${again.id}`]: [] } });
  }
  return again;
}

/** The fact was never said, and nobody has heard of it. */
export async function unsay(world: World, story: Story, definition: EventDefinition): Promise<void> {
  const { id, type, source, causationid } = story.event(definition);
  await tamper(world, collectionOf(source.slice(1)), story.orderId, { $pull: { [`handled.${causationid}`]: { id } } });
  for (const worker of hearersOf(world.choreography).get(type) ?? []) {
    await tamper(world, collectionOf(worker), story.orderId, { $unset: { [`handled.${id}`]: 1 } });
  }
  await tamper(world, 'orders', story.orderId, { $pull: { timeline: { eventId: id } } });
}

/** Another order, that a spec tells itself. */
export async function addStory(world: World, story: Story): Promise<Story> {
  await storeStories(world.books, [story]);
  for (const intent of intentOf(story)) world.intents.set(intent.id, intent);
  return story;
}
