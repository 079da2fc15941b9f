/**
 * Preloaded (`node --import`): a process whose clock is off by as many milliseconds as the file named by CLOCK_SHIFT_FILE says, for as
 * long as there is one. Timers and `performance` go on as they do where only a machine's clock is set wrong.
 */
import { existsSync, readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;
const file = process.env.CLOCK_SHIFT_FILE;
let shiftMs = 0;

if (file !== undefined) {
  const look = () => {
    shiftMs = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  };
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  const RealDate = Date;
  const now = () => RealDate.now() + shiftMs;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
