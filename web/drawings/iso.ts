/** A point of the drawn world: x to the lower right, y to the lower left, z up. */
export type Point = readonly [x: number, y: number, z: number];
/** The same colour in light from above, from the left, and in shade. */
export interface Material {
  readonly top: string;
  readonly left: string;
  readonly right: string;
}
type Flat = readonly [x: number, y: number];

const SIZE = 240;
const MARGIN = 14;
const COS = Math.cos(Math.PI / 6);
/** A circle on the ground is an ellipse with these half axes. */
const WIDE = Math.SQRT2 * COS;
const HIGH = Math.SQRT1_2;

const flat = ([x, y, z]: Point): Flat => [(x - y) * COS, (x + y) / 2 - z];
const round = (value: number) => String(Math.round(value * 10) / 10);
const add = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** Towards who looks: everything along it falls on one spot. */
const towardsEye = (n: Point) => n[0] + n[1] + n[2];

function lit(normal: Point, { top, left, right }: Material): string {
  const [x, y, z] = normal;
  if (z >= Math.max(x, y)) return top;
  return y >= x ? left : right;
}

/** An isometric picture, painted from back to front, with flat tones and no outlines: it stands on any ground. */
export class Drawing {
  readonly #parts: string[] = [];
  readonly #seen: Flat[] = [];
  #clips = 0;

  /** What lies in one plane. */
  face(points: readonly Point[], fill: string, opacity = 1): this {
    const corners = points.map((point) => this.#see(flat(point)));
    this.#parts.push(`<path d="M${corners.join('L')}Z" fill="${fill}"${alpha(opacity)}/>`);
    return this;
  }

  /** An outline, moved along `by` towards the eye: plates, blades, books. */
  prism(outline: readonly Point[], by: Point, material: Material): this {
    const turn = outline.reduce<Point>(
      (sum, point, at) => add(sum, cross(point, outline[(at + 1) % outline.length] as Point)),
      [0, 0, 0],
    );
    const sense = Math.sign(turn[0] * by[0] + turn[1] * by[1] + turn[2] * by[2]) || 1;
    const sides = outline
      .map((from, at) => {
        const to = outline[(at + 1) % outline.length] as Point;
        const across = cross(minus(to, from), by);
        const normal: Point = [across[0] * sense, across[1] * sense, across[2] * sense];
        return { quad: [from, to, add(to, by), add(from, by)], normal, near: towardsEye(from) + towardsEye(to) };
      })
      .filter(({ normal }) => towardsEye(normal) > 1e-6)
      .sort((a, b) => a.near - b.near);
    for (const { quad, normal } of sides) this.face(quad, lit(normal, material));
    return this.face(
      outline.map((point) => add(point, by)),
      lit(by, material),
    );
  }

  box([x, y, z]: Point, [w, d, h]: Point, material: Material): this {
    return this.prism(
      [
        [x, y, z],
        [x + w, y, z],
        [x + w, y + d, z],
        [x, y + d, z],
      ],
      [0, 0, h],
      material,
    );
  }

  /** Round about an upright axis: `profile` gives radius and height from below. */
  turned([x, y, z]: Point, profile: readonly (readonly [radius: number, height: number])[], material: Material): this {
    for (const [at, [r2, h2]] of profile.entries()) {
      const before = profile[at - 1];
      if (before) this.#frustum([x, y, z + before[1]], before[0], r2, h2 - before[1], material);
    }
    const [r, h] = profile.at(-1) as readonly [number, number];
    return this.disc([x, y, z + h], r, material.top);
  }

  #frustum(at: Point, r1: number, r2: number, height: number, material: Material): void {
    const [cx, low] = flat(at);
    const high = low - height;
    const [a1, a2] = [r1 * WIDE, r2 * WIDE];
    this.#see([cx - Math.max(a1, a2), low + r1 * HIGH]);
    this.#see([cx + Math.max(a1, a2), high - r2 * HIGH]);
    const arc = (r: number, sweep: number, x: number, y: number) =>
      `A${round(r * WIDE)} ${round(r * HIGH)} 0 0 ${sweep} ${round(x)} ${round(y)}`;
    const body = `M${round(cx - a1)} ${round(low)}${arc(r1, 0, cx + a1, low)}L${round(cx + a2)} ${round(high)}${arc(r2, 1, cx - a2, high)}Z`;
    const far = round(cx + Math.max(a1, a2) + 1);
    const shade = `M${round(cx + a1 * 0.18)} ${round(low + r1 * HIGH + 1)}H${far}V${round(high - r2 * HIGH)}H${round(cx + a2 * 0.18)}Z`;
    this.#clips += 1;
    this.#parts.push(
      `<clipPath id="c${this.#clips}"><path d="${body}"/></clipPath><path d="${body}" fill="${material.left}"/><path d="${shade}" fill="${material.right}" clip-path="url(#c${this.#clips})"/>`,
    );
  }

  /** A circle that lies flat. */
  disc(at: Point, r: number, fill: string, opacity = 1): this {
    const [cx, cy] = flat(at);
    this.#see([cx - r * WIDE, cy - r * HIGH]);
    this.#see([cx + r * WIDE, cy + r * HIGH]);
    this.#parts.push(
      `<ellipse cx="${round(cx)}" cy="${round(cy)}" rx="${round(r * WIDE)}" ry="${round(r * HIGH)}" fill="${fill}"${alpha(opacity)}/>`,
    );
    return this;
  }

  /** A bent rod: handles, straps, cables. Every three points after the first are one curve, as in SVG's C. */
  rod(points: readonly Point[], width: number, colour: string): this {
    const [from, ...rest] = points.map((point) => this.#see(flat(point)));
    this.#parts.push(
      `<path d="M${from}${rest.length % 3 === 0 ? 'C' : 'L'}${rest.join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`,
    );
    return this;
  }

  /** What keeps the light from the ground. */
  shadow(at: Point, r: number): this {
    return this.disc(at, r, '#0a1230', 0.16);
  }

  #see(point: Flat): string {
    this.#seen.push(point);
    return point.map(round).join(' ');
  }

  /** The picture in a square, as large as it fits. */
  toSvg(): string {
    const xs = this.#seen.map(([x]) => x);
    const ys = this.#seen.map(([, y]) => y);
    const [left, right, above, below] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = (SIZE - 2 * MARGIN) / Math.max(right - left, below - above);
    const move = [SIZE / 2 - ((left + right) / 2) * scale, SIZE / 2 - ((above + below) / 2) * scale].map(round);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}"><g transform="translate(${move.join(' ')}) scale(${Math.round(scale * 1_000) / 1_000})">${this.#parts.join('')}</g></svg>\n`;
  }
}

const alpha = (opacity: number) => (opacity === 1 ? '' : ` opacity="${opacity}"`);
