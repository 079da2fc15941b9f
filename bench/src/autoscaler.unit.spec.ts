import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createAutoscaler, ruleOf } from './autoscaler.ts';

const FILE = join(import.meta.dirname, '../../docker/kubernetes/components/autoscaling/scaled-objects.yaml');
const objects = parseAllDocuments(readFileSync(FILE, 'utf8')).map((document) => document.toJS());
const rule = ruleOf(objects.find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === 'payment'));

describe("KEDA's rule, as the horizontal autoscaler carries it out", () => {
  it('is that of the manifests', () => {
    expect(rule).toMatchObject({ queue: 'payment', vhost: 'orderflow', target: 32, min: 1, max: 10, pollSeconds: 5 });
  });

  it('adds four in fifteen seconds at most, up to its maximum', () => {
    const scale = createAutoscaler(rule);
    expect([scale(0, 1, 1_000), scale(5, 5, 1_000), scale(15, 5, 1_000), scale(30, 9, 1_000)]).toEqual([5, 5, 9, 10]);
  });

  it('leaves one a minute, once five minutes have wanted fewer', () => {
    const scale = createAutoscaler(rule);
    expect([scale(0, 10, 320), scale(60, 10, 0), scale(299, 10, 0)]).toEqual([10, 10, 10]);
    expect([scale(301, 10, 0), scale(330, 9, 0), scale(362, 9, 0)]).toEqual([9, 9, 8]);
  });

  it('keeps what is there for a tenth more or less, and never goes to nothing', () => {
    const scale = createAutoscaler({ ...rule, down: { ...rule.down, stabilizationWindowSeconds: 0 } });
    expect(scale(0, 2, 70)).toBe(2);
    expect(scale(100, 2, 72)).toBe(3);
    expect([scale(200, 2, 0), scale(300, 1, 0)]).toEqual([1, 1]);
  });
});
