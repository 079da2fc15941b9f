import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Call, Control } from './control.ts';

type Guard = {
  /** Calls under this path are noted and can be made to fail; pages and /_control are not. */
  prefix: string;
  describe: (request: FastifyRequest) => Record<string, unknown>;
  refuse: (reply: FastifyReply, status: number) => FastifyReply;
};

/** Puts the switches in front of a provider's API. The routes ask for delays and lost answers when their moment has come. */
export function guard(app: FastifyInstance, control: Control, { prefix, describe, refuse }: Guard) {
  const noted = new WeakMap<FastifyRequest, Call>();
  const textOf = (request: FastifyRequest) => () => request.url + JSON.stringify(request.body ?? '');

  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith(prefix)) return;
    noted.set(request, control.note({ method: request.method, path: request.url.split('?')[0] ?? '' }));
  });
  app.addHook('preHandler', async (request, reply) => {
    const call = noted.get(request);
    if (!call) return;
    const { time, method, path } = call;
    Object.assign(call, describe(request), { time, method, path });
    if (control.fails(textOf(request))) return refuse(reply, control.state.switches.failWith);
  });
  app.addHook('onResponse', async (request, reply) => {
    const call = noted.get(request);
    if (call) call.status = reply.statusCode;
  });

  return {
    delay: (request: FastifyRequest) => control.delay(textOf(request)),
    losesAnswer: (request: FastifyRequest) => control.losesAnswer(textOf(request)),
    /** Closes the connection instead of answering, as a network that breaks at the worst moment does. */
    hangUp(request: FastifyRequest, reply: FastifyReply): FastifyReply {
      const call = noted.get(request);
      if (call) call.status = 'lost';
      reply.hijack();
      reply.raw.destroy();
      return reply;
    },
  };
}
export type Guarded = ReturnType<typeof guard>;
