import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

const count = z.int().min(0).default(0);
const share = z.number().min(0).max(1).default(0);

/** The switches every emulator has. `match` limits them to calls whose address or body contains that text. */
export const commonSwitches = {
  latency: z.int().min(0).max(600_000).default(0),
  outage: z.boolean().default(false),
  failRate: share,
  failNext: count,
  failWith: z.int().min(400).max(599).default(503),
  failAfter: count,
  failAfterRate: share,
  match: z.string().default(''),
};
type Common = { [K in keyof typeof commonSwitches]: z.output<(typeof commonSwitches)[K]> };
export type Call = Record<string, unknown> & { time: string; path: string; status: number | 'lost' | null };

/** Serves the switches and the calls (the last 20,000) under /_control, and decides how each call fails. */
export function createControl<S extends Common>(app: FastifyInstance, schema: z.ZodType<S>, onChange = (_: S) => {}) {
  const calls: Call[] = [];
  const state = { switches: schema.parse({}) };
  // Most calls concern nobody, and their text would be made for nothing.
  const concerns = (text: () => string) => state.switches.match === '' || text().includes(state.switches.match);

  function takes(left: 'failNext' | 'failAfter', rate: number): boolean {
    if (state.switches[left] > 0) return state.switches[left]-- > 0;
    return Math.random() < rate;
  }
  function change(body: unknown, reply: FastifyReply) {
    const parsed = schema.safeParse(body === undefined ? {} : { ...state.switches, ...(body as object) });
    if (!parsed.success) return reply.code(400).send({ error: { message: z.prettifyError(parsed.error) } });
    state.switches = parsed.data;
    onChange(parsed.data);
    return parsed.data;
  }
  const matching = (wanted: Record<string, string>) => (call: Call) =>
    Object.entries(wanted).every(([k, v]) => (k === 'path' ? call.path.includes(v) : String(call[k]) === v));

  app.get('/_control', () => state.switches);
  app.put('/_control', (request, reply) => change(request.body ?? {}, reply));
  app.delete('/_control', (_, reply) => change(undefined, reply));
  app.get('/_control/calls', (request) => calls.filter(matching(request.query as Record<string, string>)));
  app.delete('/_control/calls', () => ({ deleted: calls.splice(0).length }));

  return {
    state,
    note(call: Record<string, unknown> & { path: string }): Call {
      const noted: Call = { time: new Date().toISOString(), status: null, ...call };
      if (calls.push(noted) > 20_000) calls.splice(0, 1_000);
      return noted;
    },
    /** True when the call is to be refused before it has begun. */
    fails: (text: () => string) =>
      concerns(text) && (state.switches.outage || takes('failNext', state.switches.failRate)),
    /** True when the call has taken effect but its answer must not arrive. */
    losesAnswer: (text: () => string) => concerns(text) && takes('failAfter', state.switches.failAfterRate),
    delay: async (text: () => string) => {
      // Unreferenced: a call that still waits must not keep a stopped emulator alive.
      if (state.switches.latency > 0 && concerns(text)) await sleep(state.switches.latency, undefined, { ref: false });
    },
  };
}
export type Control = Omit<ReturnType<typeof createControl<Common>>, 'state'> & { state: { switches: Common } };
