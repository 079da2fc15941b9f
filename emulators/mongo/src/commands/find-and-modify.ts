import type { Doc } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { positionIn, select } from '../planner/select.ts';
import { collation } from '../query/collation.ts';
import { compileProjection } from '../query/projection.ts';
import type { Stored } from '../storage/stored.ts';
import { compileUpdate } from '../update/update.ts';
import { upserted } from '../update/upsert.ts';
import { RawDocument } from '../wire/reply.ts';
import { type Command, docField, letOf, namespaceOf } from './command.ts';
import { refuseBadHint } from './hint.ts';
import { change, needsPosition, refuseBadId } from './write.ts';

export const findAndModify: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  refuseBadCombination(command);
  const filter = docField(command, 'query');
  const variables = letOf(command);
  const apply =
    command.remove === true
      ? undefined
      : compileUpdate(command.update, {
          arrayFilters: command.arrayFilters as Doc[] | undefined,
          variables,
          now: new Date(),
        });
  const project = compileProjection(docField(command, 'fields'));
  const collection = context.store.get(namespace);
  refuseBadHint(command.hint, collection);
  const [before] = select(collection, {
    filter,
    sort: docField(command, 'sort'),
    limit: 1,
    strings: collation(command.collation),
    variables,
  });
  const shown = (stored: Stored | undefined, isWanted = true) => {
    if (!stored || !isWanted) return null;
    return project ? project(stored.doc, positionIn(stored.doc, filter)) : new RawDocument(stored.bytes);
  };
  if (!apply) {
    if (before) collection!.remove(before);
    return { lastErrorObject: { n: before ? 1 : 0 }, value: shown(before), ok: 1 };
  }
  const wantsNew = command.new === true;
  if (before) {
    const after = change(collection!, before, (doc) => {
      return apply(doc, { position: needsPosition(command.update) ? positionIn(doc, filter) : undefined });
    });
    return { lastErrorObject: { n: 1, updatedExisting: true }, value: shown(wantsNew ? after : before), ok: 1 };
  }
  if (command.upsert !== true) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 };
  const doc = upserted(filter, command.update, apply);
  refuseBadId(doc._id);
  const inserted = context.store.getOrCreate(namespace).insert(doc);
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: doc._id },
    value: shown(inserted, wantsNew),
    ok: 1,
  };
};

function refuseBadCombination(command: Doc): void {
  const removing = command.remove === true;
  if (!removing && command.update === undefined)
    fail('FailedToParse', 'Either an update or remove=true must be specified');
  if (!removing) return;
  if (command.update !== undefined) fail('FailedToParse', 'Cannot specify both an update and remove=true');
  if (command.upsert === true) fail('FailedToParse', 'Cannot specify both upsert=true and remove=true');
  if (command.new === true)
    fail('FailedToParse', "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
}
