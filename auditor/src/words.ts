import { type EventOf, OrderConfirmed, PaymentSecured, PaymentUnsecured } from '@orderflow/contracts';
import { type Dossier, factsOf, type Said } from './dossier.ts';

type Word = EventOf<typeof PaymentSecured> | EventOf<typeof PaymentUnsecured>;

/** What payment said last of whether the order's money is there; undefined: nothing. */
export const wordOf = (dossier: Dossier): Word | undefined =>
  [...factsOf(dossier, PaymentSecured), ...factsOf(dossier, PaymentUnsecured)].reduce<Word | undefined>(
    (last, word) => (last && last.data.version > word.data.version ? last : word),
    undefined,
  );

export const isUnsecured = (dossier: Dossier): boolean => wordOf(dossier)?.type === PaymentUnsecured.type;

/** Confirmed by a version that did not say what has to be paid; payment did not hear of confirmations then. */
export const isBeforeVouching = ({ type, data }: Pick<Said, 'type' | 'data'>): boolean =>
  type === OrderConfirmed.type && data !== undefined && (data as { total?: unknown }).total === undefined;

/** Who has to mark the event as handled: what was said before a worker began to hear of it is nothing to that worker. */
export const whoHears = (event: Said, hearers: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  (hearers.get(event.type) ?? []).filter((worker) => worker !== 'payment' || !isBeforeVouching(event));
