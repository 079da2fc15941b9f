import { type EventDefinition, newId, type OrderflowEvent } from '@orderflow/contracts';
import { hearersOf } from '../src/choreography.ts';
import type { Collections } from '../src/sources.ts';
import { type AuditFixture, intentOf, storeHistories } from './audit-fixture.ts';
import { type OrderHistoryBuilder, STOCK_ID } from './order-history-builder.ts';

const collectionOf = ({ collections }: AuditFixture, worker: string) =>
  collections.directory.collectionOf(worker) as keyof Collections;

/** Updates a document past every guard and without a new `changedAt`. */
export async function tamper(
  fixture: AuditFixture,
  collection: keyof Collections,
  id: string,
  update: object,
): Promise<void> {
  const { matchedCount } = await (fixture.collections[collection] as Collections['orders']).updateOne(
    { _id: id },
    update as never,
  );
  if (matchedCount !== 1) throw new Error(`There is no ${collection}/${id}`);
}

export const tamperStock = (fixture: AuditFixture, update: object) => tamper(fixture, 'stock', STOCK_ID, update);

/** Records the event a second time under another id, handled by every subscriber. */
export async function duplicateEvent(
  fixture: AuditFixture,
  history: OrderHistoryBuilder,
  definition: EventDefinition,
): Promise<OrderflowEvent> {
  const first = history.event(definition);
  const again = { ...first, id: newId() };
  const said = `handled.${first.causationid}`;
  await tamper(fixture, collectionOf(fixture, first.source.slice(1)), history.orderId, { $push: { [said]: again } });
  for (const worker of hearersOf(fixture.choreography).get(first.type) ?? []) {
    await tamper(fixture, collectionOf(fixture, worker), history.orderId, { $set: { [`handled.${again.id}`]: [] } });
  }
  return again;
}

/** Removes the event from every document. */
export async function eraseEvent(
  fixture: AuditFixture,
  history: OrderHistoryBuilder,
  definition: EventDefinition,
): Promise<void> {
  const { id, type, source, causationid } = history.event(definition);
  await tamper(fixture, collectionOf(fixture, source.slice(1)), history.orderId, {
    $pull: { [`handled.${causationid}`]: { id } },
  });
  for (const worker of hearersOf(fixture.choreography).get(type) ?? []) {
    await tamper(fixture, collectionOf(fixture, worker), history.orderId, { $unset: { [`handled.${id}`]: 1 } });
  }
  await tamper(fixture, 'orders', history.orderId, { $pull: { timeline: { eventId: id } } });
}

/** Stores another order of the spec's own. */
export async function addHistory(fixture: AuditFixture, history: OrderHistoryBuilder): Promise<OrderHistoryBuilder> {
  await storeHistories(fixture.collections, [history]);
  for (const intent of intentOf(history)) fixture.intents.set(intent.id, intent);
  return history;
}
