import { Drawing, type Point } from './iso.ts';
import { MATERIALS as M } from './materials.ts';
import { folded, ring } from './parts.ts';

export const HOME: Record<string, () => Drawing> = {
  'LAMP-DESK-BRASS': () =>
    new Drawing()
      .shadow([4, 4, 0], 38)
      .turned(
        [0, 0, 0],
        [
          [36, 0],
          [34, 8],
        ],
        M.brass,
      )
      .rod(
        [
          [0, 0, 8],
          [-34, 34, 84],
        ],
        7,
        M.brass.left,
      )
      .disc([-34, 34, 84], 6, M.coal.left)
      .rod(
        [
          [-34, 34, 84],
          [26, -26, 134],
        ],
        7,
        M.brass.right,
      )
      .turned(
        [38, -38, 98],
        [
          [36, 0],
          [10, 34],
        ],
        M.brass,
      )
      .disc([38, -38, 98], 30, M.wax.top, 0.9)
      .turned(
        [38, -38, 102],
        [
          [35, 0],
          [10, 30],
        ],
        M.brass,
      )
      .turned(
        [38, -38, 132],
        [
          [7, 0],
          [7, 8],
        ],
        M.coal,
      ),
  'LAMP-CLIP': () =>
    new Drawing()
      .shadow([4, 10, 0], 30)
      .box([-10, -8, 0], [22, 44, 9], M.coal)
      .box([-10, -8, 16], [22, 44, 9], M.coal)
      .turned(
        [0, 0, 9],
        [
          [7, 0],
          [7, 8],
        ],
        M.steel,
      )
      .rod(
        [
          [0, 6, 25],
          [0, 6, 66],
          [10, 16, 84],
          [26, 0, 90],
        ],
        7,
        M.steel.left,
      )
      .turned(
        [34, 0, 66],
        [
          [30, 0],
          [26, 16],
          [11, 34],
        ],
        M.red,
      )
      .disc([34, 0, 101], 6, M.coal.left),
  'BLANKET-WOOL': () => {
    const blanket = new Drawing().face(
      [
        [4, 4, 0],
        [118, 4, 0],
        [118, 88, 0],
        [4, 88, 0],
      ],
      '#0a1230',
      0.16,
    );
    folded(blanket, [112, 82, 60], 4, [M.wool]);
    for (let x = 4; x < 104; x += 13) {
      for (let y = 4; y < 74; y += 9) {
        const lean = (y / 9) % 2 < 1 ? 6 : -6;
        blanket.face(
          [
            [x, y, 59.4],
            [x + 3, y, 59.4],
            [x + 3 + lean, y + 9, 59.4],
            [x + lean, y + 9, 59.4],
          ],
          M.wool.left,
          0.55,
        );
      }
    }
    for (let y = 4; y < 80; y += 6)
      blanket.rod(
        [
          [112, y, 4],
          [118, y, 0],
        ],
        1.6,
        M.wool.top,
      );
    return blanket;
  },
  'CUSHION-CORD': () => {
    // Corners stand out, sides are drawn in, as feathers do.
    const outline = (half: number, y: number): Point[] =>
      Array.from({ length: 48 }, (_, step) => {
        const angle = (step / 48) * 2 * Math.PI + Math.PI / 48;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const square = half / Math.max(Math.abs(c), Math.abs(s));
        const pinch = 0.86 + 0.14 * Math.sin(2 * angle) ** 2;
        return [56 + c * square * pinch, y, 56 + s * square * pinch];
      });
    const cushion = new Drawing().face(
      [
        [4, 0, 4],
        [108, 0, 4],
        [108, 40, 4],
        [4, 40, 4],
      ],
      '#0a1230',
      0.16,
    );
    for (const [half, y] of [
      [56, 0],
      [54, 7],
      [49, 13],
      [41, 18],
    ] as const) {
      cushion.prism(outline(half, y), [0, y === 0 ? 7 : 6, 0], { ...M.cord, left: y < 10 ? M.cord.left : M.cord.top });
    }
    for (let x = 24; x < 92; x += 8) {
      const reach = 34 - Math.abs(x - 56) * 0.12;
      cushion.face(
        [
          [x, 24.2, 56 - reach],
          [x + 3, 24.2, 56 - reach],
          [x + 3, 24.2, 56 + reach],
          [x, 24.2, 56 + reach],
        ],
        M.cord.left,
        0.75,
      );
    }
    return cushion;
  },
  'CANDLE-BEESWAX': () => {
    const candles = new Drawing().shadow([6, 0, 0], 28).shadow([34, -28, 0], 20);
    for (const at of [
      [30, -30, 0],
      [0, 0, 0],
    ] as Point[]) {
      candles.turned(
        at,
        [
          [11, 0],
          [7, 112],
        ],
        M.wax,
      );
      candles.rod(
        [
          [at[0], at[1], 112],
          [at[0], at[1], 122],
        ],
        2.4,
        M.coal.left,
      );
    }
    return candles
      .turned(
        [0, 0, 44],
        [
          [9.8, 0],
          [9.4, 9],
        ],
        M.pink,
      )
      .turned(
        [30, -30, 44],
        [
          [9.8, 0],
          [9.4, 9],
        ],
        M.pink,
      );
  },
  'VASE-BUD': () =>
    new Drawing()
      .shadow([4, 4, 0], 34)
      .rod(
        [
          [0, 0, 70],
          [0, 0, 110],
          [4, -4, 140],
          [10, -10, 158],
        ],
        4,
        M.green.right,
      )
      .face(
        [
          [2, -2, 118],
          [-18, 18, 132],
          [-8, 8, 146],
          [4, -4, 134],
        ],
        M.green.left,
      )
      .turned(
        [12, -12, 154],
        [
          [3, 0],
          [13, 10],
          [9, 22],
        ],
        M.red,
      )
      .turned(
        [0, 0, 0],
        [
          [24, 0],
          [32, 18],
          [28, 38],
          [9, 62],
          [8, 84],
          [12, 90],
        ],
        M.glass,
      )
      .disc([0, 0, 90], 9, M.glass.right),
  'CLOCK-WALL-ASH': () => {
    const clock = new Drawing();
    clock.prism(ring([60, 0, 60], 60, 'x'), [0, 14, 0], M.ash);
    clock.face(ring([60, 14.2, 60], 51, 'x'), M.paper.top);
    for (let hour = 0; hour < 12; hour += 1) {
      const [c, s] = [Math.cos((hour * Math.PI) / 6), Math.sin((hour * Math.PI) / 6)];
      clock.rod(
        [
          [60 + c * 40, 14.4, 60 + s * 40],
          [60 + c * 46, 14.4, 60 + s * 46],
        ],
        hour % 3 ? 2 : 4,
        M.coal.right,
      );
    }
    return clock
      .rod(
        [
          [60, 14.6, 60],
          [60, 14.6, 94],
        ],
        4,
        M.coal.right,
      )
      .rod(
        [
          [60, 14.6, 60],
          [82, 14.6, 46],
        ],
        5,
        M.coal.right,
      )
      .rod(
        [
          [60, 14.6, 60],
          [44, 14.6, 30],
        ],
        1.8,
        M.red.left,
      );
  },
  'HOOKS-IRON-5': () => {
    const hooks = new Drawing();
    hooks.box([-8, -6, 52], [156, 6, 34], M.oak);
    for (let x = 8; x < 150; x += 29) {
      hooks.box([x - 6, 0, 56], [12, 3, 26], M.iron);
      hooks.rod(
        [
          [x, 3, 62],
          [x, 14, 40],
          [x, 34, 34],
          [x, 32, 58],
        ],
        6,
        M.iron.left,
      );
      hooks.rod(
        [
          [x, 3, 74],
          [x, 12, 72],
          [x, 18, 74],
          [x, 22, 80],
        ],
        5,
        M.iron.right,
      );
      hooks.disc([x, 34, 57], 3.4, M.iron.top);
    }
    return hooks;
  },
};
