import type { Drawing, Material, Point } from './iso.ts';
import { MATERIALS } from './materials.ts';

/** A round thing that stands and is empty: mugs, cups, pots without their lid. */
export function vessel(
  drawing: Drawing,
  r: number,
  height: number,
  material: Material,
  inside = material.right,
): Drawing {
  return drawing
    .turned(
      [0, 0, 0],
      [
        [r, 0],
        [r, height],
      ],
      material,
    )
    .disc([0, 0, height], r * 0.88, inside);
}

/** A loop at the right of something round, seen from the side. */
export function handle(
  drawing: Drawing,
  r: number,
  low: number,
  high: number,
  reach: number,
  width: number,
  colour: string,
): Drawing {
  const side = (out: number, z: number): Point => [r * 0.75 + out, -r * 0.75 - out, z];
  return drawing.rod([side(0, high), side(reach, high + 2), side(reach, low - 2), side(0, low)], width, colour);
}

/** A blade that lies, its edge to the lower left; `length` along x. */
export function blade(drawing: Drawing, length: number, width: number): Drawing {
  const steel = { top: '#8f9dac', left: '#b9c4cf', right: '#6f7d8d' };
  const outline: Point[] = [
    [0, 0, 3],
    [length * 0.7, 0, 3],
    [length, width * 0.72, 3],
    [length * 0.55, width, 3],
    [0, width, 3],
  ];
  drawing.prism(outline, [0, 0, 2.5], steel);
  return drawing.face(
    [
      [0, width * 0.62, 5.6],
      [length * 0.6, width * 0.62, 5.6],
      [length, width * 0.72, 5.6],
      [length * 0.55, width, 5.6],
      [0, width, 5.6],
    ],
    '#d5dce4',
  );
}

/** What a blade is held by: rounded, with its rivets, from x = 0 backwards. */
export function grip(drawing: Drawing, length: number, width: number, material: Material): Drawing {
  drawing.prism(
    [
      [0, 1, 1],
      [0, width - 1, 1],
      [-length * 0.92, width, 1],
      [-length, width * 0.5, 1],
      [-length * 0.92, 0, 1],
    ],
    [0, 0, 9],
    material,
  );
  for (const at of [0.2, 0.5, 0.8]) drawing.disc([-length * at, width / 2, 10], 2, MATERIALS.brass.top);
  return drawing;
}

/** Sheets between covers, lying; the fore edge shows the pages. */
export function book(drawing: Drawing, [w, d, h]: Point, cover: Material): Drawing {
  const pages = { ...MATERIALS.paper };
  drawing.box([0, 0, 0], [w, d, 2.5], cover);
  drawing.box([2, 2, 2.5], [w - 4, d - 4, h - 5], pages);
  for (let z = 5; z < h - 3; z += 3.2) {
    drawing.face(
      [
        [w - 2, 2, z],
        [w - 2, d - 2, z],
        [w - 2, d - 2, z + 0.9],
        [w - 2, 2, z + 0.9],
      ],
      pages.top,
      0.7,
    );
    drawing.face(
      [
        [2, d - 2, z],
        [w - 2, d - 2, z],
        [w - 2, d - 2, z + 0.9],
        [2, d - 2, z + 0.9],
      ],
      pages.top,
      0.7,
    );
  }
  return drawing.box([0, 0, h - 2.5], [w, d, 2.5], cover);
}

/** Cloth that was folded: layers with rounded fronts. */
export function folded(drawing: Drawing, [w, d, h]: Point, layers: number, materials: readonly Material[]): Drawing {
  const thick = h / layers;
  for (let layer = 0; layer < layers; layer += 1) {
    const material = materials[layer % materials.length] as Material;
    drawing.box([layer * 0.8, layer * 0.8, layer * thick], [w - layer * 1.6, d - layer * 1.6, thick - 1], material);
    drawing.face(
      [
        [w - layer * 0.8, layer * 0.8, (layer + 0.42) * thick],
        [w - layer * 0.8, d - layer * 0.8, (layer + 0.42) * thick],
        [w - layer * 0.8, d - layer * 0.8, (layer + 0.56) * thick],
        [w - layer * 0.8, layer * 0.8, (layer + 0.56) * thick],
      ],
      material.top,
      0.45,
    );
  }
  return drawing;
}

/** Points of a circle, or a part of it, in a plane that stands along x (`'x'`) or y, or lies (`'z'`). */
export function ring(centre: Point, r: number, plane: 'x' | 'y' | 'z', from = 0, to = 360, steps = 28): Point[] {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    const [c, s] = [Math.cos(angle) * r, Math.sin(angle) * r];
    if (plane === 'z') return [centre[0] + c, centre[1] + s, centre[2]];
    return plane === 'x' ? [centre[0] + c, centre[1], centre[2] + s] : [centre[0], centre[1] + c, centre[2] + s];
  });
}
