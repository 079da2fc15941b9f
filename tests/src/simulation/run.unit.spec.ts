import { describe, expect, test } from 'vitest';
import { Broken, Crash, gated, startRun } from './run.ts';

/** Three steps, noting which of them were done. */
function work() {
  const done: string[] = [];
  const step = (name: string) => gated(name, async () => done.push(name));
  return {
    done,
    run: async () => {
      await step('read');
      await step('call');
      await step('write');
    },
  };
}

describe('a run of steps', () => {
  test('goes to its end when nobody stops it', async () => {
    const { done, run } = work();
    const ran = await startRun('all', run);
    expect([done, ran.steps, ran.ending]).toEqual([['read', 'call', 'write'], ['read', 'call', 'write'], { ok: true }]);
  });

  test('waits before the step it is stopped at, while another goes on', async () => {
    const [first, second] = [work(), work()];
    const one = await startRun('one', first.run, { pauseAt: 1 });
    expect([first.done, one.ending]).toEqual([['read'], undefined]);
    await startRun('two', second.run);
    expect([first.done, second.done]).toEqual([['read'], ['read', 'call', 'write']]);
    await one.resume({ pauseAt: 0 });
    expect(first.done).toEqual(['read', 'call']);
    await one.resume();
    expect([first.done, one.ending]).toEqual([['read', 'call', 'write'], { ok: true }]);
  });

  test('does nothing more after a crash, whatever it catches', async () => {
    const done: string[] = [];
    const stubborn = async () => {
      for (const name of ['a', 'b', 'c']) await gated(name, async () => done.push(name)).catch(() => {});
      throw new Error('gone');
    };
    const ran = await startRun('stubborn', stubborn, { fault: { at: 1, kind: 'crash' } });
    expect([done, ran.died]).toEqual([['a'], true]);
  });

  test('sees an error before the step when the called is down, after it when the answer is lost', async () => {
    const [down, lost] = [work(), work()];
    const first = await startRun('down', down.run, { fault: { at: 1, kind: 'down' } });
    const second = await startRun('lost', lost.run, { fault: { at: 1, kind: 'lost' } });
    expect([down.done, lost.done]).toEqual([['read'], ['read', 'call']]);
    for (const { ending, died } of [first, second]) {
      expect([ending, died]).toEqual([{ ok: false, error: expect.any(Broken) }, false]);
    }
  });

  test('takes what is asked for at once one by one', async () => {
    const done: string[] = [];
    const both = () => Promise.all(['a', 'b'].map((name) => gated(name, async () => done.push(name))));
    const ran = await startRun('both', both, { pauseAt: 1 });
    expect(done).toEqual(['a']);
    await ran.resume({ fault: { at: 0, kind: 'crash' } });
    expect([done, ran.ending]).toEqual([['a', 'b'], { ok: true }]);
  });

  test('says where it crashed', async () => {
    const { run } = work();
    const { ending } = await startRun('one', run, { fault: { at: 2, kind: 'crash' } });
    expect(ending).toMatchObject({ ok: false, error: new Crash('write') });
  });
});
