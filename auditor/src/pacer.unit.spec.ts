import { expect, test } from 'vitest';
import { pacer } from './pacer.ts';

test('callers pass one at a time at the rate asked for, and a pause is not made up for', async () => {
  let time = 0;
  const pass = pacer(50, {
    now: () => time,
    wait: async (ms) => {
      time += ms;
    },
  });
  const passed: number[] = [];
  const passThrice = async () => {
    for (let n = 0; n < 3; n++) {
      await pass();
      passed.push(time);
    }
  };

  await passThrice();
  time = 1_000;
  await passThrice();

  expect(passed).toEqual([0, 20, 40, 1_000, 1_020, 1_040]);
});
