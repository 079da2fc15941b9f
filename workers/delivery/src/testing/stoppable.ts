import type { Carrier } from '../adapters/carrier.ts';

/** Stops a worker at the create of one shipment, before or after it reaches the carrier. */
export interface Stop {
  readonly where: 'before' | 'after';
  readonly reached: boolean;
  goOn(): void;
  /** What happens between the create and its answer. */
  afterwards?: () => Promise<void>;
  /** What happens once, while the first look for the shipment is being answered. */
  afterFind?: (() => Promise<void>) | undefined;
  /** The worker's carrier. */
  before(carrier: Carrier): Carrier;
}

export function stoppable(reference: string, where: Stop['where']): Stop {
  const gate = Promise.withResolvers<void>();
  let reached = false;
  const halt = () => {
    reached = true;
    return gate.promise;
  };
  const stop: Stop = {
    where,
    get reached() {
      return reached;
    },
    goOn: () => gate.resolve(),
    before: (carrier) => ({
      ...carrier,
      create: async (request, signal) => {
        if (request.reference !== reference) return carrier.create(request, signal);
        if (where === 'before') await halt();
        const result = await carrier.create(request, signal);
        await stop.afterwards?.();
        if (where === 'after') await halt();
        return result;
      },
      find: async (name, signal) => {
        const found = await carrier.find(name, signal);
        const { afterFind } = stop;
        if (name === reference && afterFind) {
          stop.afterFind = undefined;
          await afterFind();
        }
        return found;
      },
    }),
  };
  return stop;
}
