/**
 * Preloaded (`node --import`): a process whose clock is off by as many milliseconds as the file named by CLOCK_SHIFT_FILE says when
 * it starts. Timers and `performance` count on as they do, as where only a machine's clock is wrong.
 */
import { existsSync, readFileSync } from 'node:fs';

const file = process.env.CLOCK_SHIFT_FILE;
const shiftMs = file !== undefined && existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;

if (shiftMs !== 0) {
  const now = () => RealDate.now() + shiftMs;
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
