/** A line of a chart: its points by time in seconds. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [seconds: number, value: number])[];
  /** Stays until the next point, as a count of replicas does. */
  readonly isStep?: boolean;
}

const [WIDTH, HEIGHT, LEFT, TOP] = [860, 240, 60, 40] as const;

/** Two lines of different size over one time, each with a scale of its own at its side, as SVG. */
export function chart(title: string, left: Line, right: Line): string {
  const end = Math.max(1, ...[left, right].flatMap(({ points }) => points.map(([at]) => at)));
  const x = (seconds: number) => (LEFT + (seconds / end) * WIDTH).toFixed(1);
  const drawn = [left, right].map((line, index) => {
    const most = Math.max(1, ...line.points.map(([, value]) => value));
    const y = (value: number) => (TOP + HEIGHT - (value / most) * HEIGHT).toFixed(1);
    const path = line.points
      .map(([at, value], point) => `${point === 0 ? 'M' : line.isStep ? `H${x(at)} L` : 'L'}${x(at)} ${y(value)}`)
      .join(' ');
    const [side, anchor] = index === 0 ? [LEFT - 8, 'end'] : [LEFT + WIDTH + 8, 'start'];
    return [
      `<path d="${path}" fill="none" stroke="${line.colour}" stroke-width="2"/>`,
      ...[0, most / 2, most].map(
        (value) =>
          `<text x="${side}" y="${y(value)}" text-anchor="${anchor}" fill="${line.colour}">${Math.round(value)}</text>`,
      ),
      `<text x="${LEFT + index * 260}" y="${TOP + HEIGHT + 44}" fill="${line.colour}">${line.name}</text>`,
    ].join('\n');
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(end * share)}" y="${TOP + HEIGHT + 20}" text-anchor="middle">${Math.round(end * share)} s</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + 2 * LEFT} ${HEIGHT + TOP + 60}" font-family="sans-serif" font-size="13" fill="#444">`,
    `<title>${title}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="15">${title}</text>`,
    `<path d="M${LEFT} ${TOP}V${TOP + HEIGHT}H${LEFT + WIDTH}V${TOP}" fill="none" stroke="#ccc"/>`,
    ...drawn,
    ...ticks,
    '</svg>\n',
  ].join('\n');
}
