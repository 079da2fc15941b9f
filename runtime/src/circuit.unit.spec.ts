import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCircuit } from './circuit.ts';
import { DependencyError, NotYetError, PermanentError, TransientError } from './errors.ts';

const outage = new DependencyError('stripe', 'refused');
const never = new AbortController().signal;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function given(threshold = 3) {
  const events: string[] = [];
  const circuit = createCircuit({
    threshold,
    probeDelaysMs: [100, 1_000],
    onPause: (dependency) => events.push(`pause ${dependency}`),
    onResume: () => events.push('resume'),
  });
  return { circuit, events, fail: (times: number) => Array.from({ length: times }, () => circuit.failed(outage)) };
}

describe('circuit', () => {
  test('opens at the threshold of failures in a row, and says so to the failing message', () => {
    const { fail, events } = given();
    expect(fail(3)).toEqual([false, false, true]);
    expect(events).toEqual(['pause stripe']);
  });

  test('a success between failures starts the count again', () => {
    const { circuit, fail } = given();
    fail(2);
    circuit.succeeded();
    expect(fail(2)).toEqual([false, false]);
  });

  test.each([
    new Error('a bug'),
    new TransientError('too many requests'),
    new NotYetError('another fact comes first'),
    new PermanentError('a card that nobody has'),
  ])('a failure that is no outage neither counts nor opens: %s', (error) => {
    const { circuit, events, fail } = given();
    for (let times = 0; times < 50; times++) expect(circuit.failed(error)).toBe(false);
    expect(fail(2)).toEqual([false, false]);
    expect(events).toEqual([]);
  });

  test('open, one message passes as the probe when the delay is over; the others wait', async () => {
    const { circuit, fail } = given();
    fail(3);
    const passed: string[] = [];
    circuit.pass(60_000, never).then(() => passed.push('first'));
    circuit.pass(60_000, never).then(() => passed.push('second'));

    await vi.advanceTimersByTimeAsync(99);
    expect(passed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(passed).toEqual(['first']);
  });

  test('a failed probe waits longer for the next one; a good one lets everybody pass', async () => {
    const { circuit, fail, events } = given();
    fail(3);
    const passed: string[] = [];
    circuit.pass(60_000, never).then(() => passed.push('first'));
    circuit.pass(60_000, never).then(() => passed.push('second'));
    circuit.pass(60_000, never).then(() => passed.push('third'));
    await vi.advanceTimersByTimeAsync(100);

    expect(circuit.failed(outage)).toBe(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(passed).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(1);
    expect(passed).toEqual(['first', 'second']);

    circuit.succeeded();
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toEqual(['first', 'second', 'third']);
    expect(circuit.isOpen).toBe(false);
    expect(events).toEqual(['pause stripe', 'resume']);
  });

  test('when nobody waits any more, the consumer resumes to bring a probe', async () => {
    const { circuit, fail, events } = given();
    fail(3);
    const held = circuit.pass(50, never);
    await vi.advanceTimersByTimeAsync(50);
    expect(await held).toBe(false);

    await vi.advanceTimersByTimeAsync(50);
    expect(events).toEqual(['pause stripe', 'resume']);
    expect(await circuit.pass(1_000, never)).toBe(true);
    const next = circuit.pass(60_000, never);
    expect(circuit.failed(outage)).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toBe(true);
  });

  test('who waits is let go when the worker drains', async () => {
    const { circuit, fail } = given();
    fail(3);
    const draining = new AbortController();
    const waits = circuit.pass(60_000, draining.signal);
    draining.abort();
    expect(await waits).toBe(false);
  });
});
