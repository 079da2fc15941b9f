'use client';

import { useEffect, useRef, useState } from 'react';

const SECOND_MS = 1_000;

/** How long is left, by the second: `12:05`. */
export function Countdown({ until, onEnd }: { until: string; onEnd?(): void }) {
  const [left, setLeft] = useState<number>();
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const tick = () => {
      const ms = Math.max(0, Date.parse(until) - Date.now());
      setLeft(ms);
      if (ms > 0) return;
      clearInterval(clock);
      ended.current?.();
    };
    const clock = setInterval(tick, SECOND_MS);
    tick();
    return () => clearInterval(clock);
  }, [until]);
  // The server's and the browser's clocks are not the same: there is no time to show before the browser looks.
  return (
    <span role="timer" className="id tabular font-semibold">
      {left === undefined ? '…' : clockOf(left)}
    </span>
  );
}

export function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
