import { Drawing, type Point } from './iso.ts';
import { MATERIALS as M } from './materials.ts';
import { book, ring } from './parts.ts';

const DESK: Record<string, () => Drawing> = {
  'NOTEBOOK-A5-DOT': () => {
    const notebook = new Drawing().face(
      [
        [4, 4, 0],
        [90, 4, 0],
        [90, 124, 0],
        [4, 124, 0],
      ],
      '#0a1230',
      0.16,
    );
    book(notebook, [84, 118, 20], M.navy);
    for (let x = 14; x < 76; x += 10) for (let y = 12; y < 110; y += 10) notebook.disc([x, y, 20.1], 1.1, M.navy.left);
    return notebook
      .face(
        [
          [66, 0, 20.2],
          [71, 0, 20.2],
          [71, 118, 20.2],
          [66, 118, 20.2],
        ],
        M.red.left,
      )
      .face(
        [
          [66, 118, 20],
          [71, 118, 20],
          [71, 118, 0],
          [66, 118, 0],
        ],
        M.red.right,
      );
  },
  'NOTEBOOK-A6-PLAIN': () => {
    const notebook = new Drawing().face(
      [
        [4, 4, 0],
        [82, 4, 0],
        [82, 112, 0],
        [4, 112, 0],
      ],
      '#0a1230',
      0.16,
    );
    book(notebook, [76, 106, 12], M.leather);
    for (let y = 10; y < 100; y += 9)
      notebook.rod(
        [
          [5, y, 12.1],
          [5, y + 5, 12.1],
        ],
        1.8,
        M.paper.top,
      );
    return notebook.face(
      [
        [24, 34, 12.2],
        [62, 34, 12.2],
        [62, 60, 12.2],
        [24, 60, 12.2],
      ],
      M.paper.top,
    );
  },
  'PEN-FOUNTAIN-F': () => {
    const pen = new Drawing().face(
      [
        [-64, 3, 0],
        [72, 3, 0],
        [72, 22, 0],
        [-64, 22, 0],
      ],
      '#0a1230',
      0.16,
    );
    const round = (x: number, length: number, r: number, material: typeof M.steel) =>
      pen.prism(ring([x, 10, r + 2], r, 'y', 0, 360, 20), [length, 0, 0], material);
    round(-70, 78, 10, M.coal);
    round(8, 5, 10.4, M.brass);
    round(13, 40, 8.5, M.coal);
    round(53, 5, 7, M.steel);
    pen.prism(
      [
        [58, 3, 10],
        [58, 17, 10],
        [84, 10, 7],
      ],
      [0, 0, 1.5],
      M.brass,
    );
    pen.rod(
      [
        [60, 10, 11.8],
        [78, 10, 9.5],
      ],
      1.2,
      M.coal.right,
    );
    return pen.rod(
      [
        [-64, 10, 23],
        [-22, 10, 23],
      ],
      4,
      M.brass.top,
    );
  },
  'PENCILS-HB-12': () => {
    const tin = new Drawing().face(
      [
        [4, 4, 0],
        [136, 4, 0],
        [136, 80, 0],
        [4, 80, 0],
      ],
      '#0a1230',
      0.16,
    );
    tin.box([0, 0, 0], [130, 74, 12], M.steel).face(
      [
        [5, 5, 12.1],
        [125, 5, 12.1],
        [125, 69, 12.1],
        [5, 69, 12.1],
      ],
      M.coal.right,
    );
    for (let n = 0; n < 6; n += 1) {
      const y = 8 + n * 10.2;
      tin.box([10, y, 10], [84, 8, 7], n % 2 ? M.green : M.olive);
      tin.prism(
        [
          [94, y, 10],
          [94, y + 8, 10],
          [112, y + 4, 12],
        ],
        [0, 0, 5],
        M.ash,
      );
      tin.prism(
        [
          [106, y + 2.6, 11],
          [106, y + 5.4, 11],
          [113, y + 4, 12],
        ],
        [0, 0, 4.2],
        M.coal,
      );
    }
    return tin;
  },
  'TRAY-WALNUT': () => {
    const tray = new Drawing().face(
      [
        [4, 4, 0],
        [140, 4, 0],
        [140, 76, 0],
        [4, 76, 0],
      ],
      '#0a1230',
      0.16,
    );
    tray.box([0, 0, 0], [134, 70, 18], M.walnut);
    const hollow = (x: number, y: number, w: number, d: number) => {
      tray.face(
        [
          [x, y, 18.1],
          [x + w, y, 18.1],
          [x + w, y + d, 18.1],
          [x, y + d, 18.1],
        ],
        M.walnut.right,
      );
      tray.face(
        [
          [x + 4, y + 4, 18.2],
          [x + w, y + 4, 18.2],
          [x + w, y + d, 18.2],
          [x + 4, y + d, 18.2],
        ],
        M.walnut.left,
      );
    };
    hollow(8, 8, 74, 22);
    hollow(8, 38, 74, 24);
    hollow(90, 8, 36, 54);
    tray.prism(ring([20, 19, 24], 4.5, 'y', 0, 360, 14), [54, 0, 0], M.brass);
    tray.box([97, 16, 18], [22, 38, 4], M.coal);
    return tray
      .rod(
        [
          [22, 46, 19],
          [44, 46, 19],
          [44, 54, 19],
          [22, 54, 19],
        ],
        2.6,
        M.steel.top,
      )
      .rod(
        [
          [52, 46, 19],
          [72, 46, 19],
          [72, 54, 19],
          [52, 54, 19],
        ],
        2.6,
        M.steel.top,
      );
  },
};

const CARRY: Record<string, () => Drawing> = {
  'BAG-TOTE-CANVAS': () => {
    const tote = new Drawing().face(
      [
        [4, 0, 0],
        [108, 0, 0],
        [112, 34, 0],
        [6, 34, 0],
      ],
      '#0a1230',
      0.16,
    );
    tote.rod(
      [
        [28, 4, 100],
        [28, 4, 160],
        [74, 4, 160],
        [74, 4, 100],
      ],
      7,
      M.canvas.right,
    );
    tote.prism(
      [
        [6, 0, 0],
        [96, 0, 0],
        [102, 0, 104],
        [0, 0, 104],
      ],
      [0, 26, 0],
      M.canvas,
    );
    tote.face(
      [
        [0, 2, 104.1],
        [102, 2, 104.1],
        [102, 24, 104.1],
        [0, 24, 104.1],
      ],
      M.canvas.right,
    );
    tote.rod(
      [
        [28, 26, 96],
        [28, 26, 156],
        [74, 26, 156],
        [74, 26, 96],
      ],
      7,
      M.leather.left,
    );
    return tote
      .face(
        [
          [24, 26.2, 104],
          [32, 26.2, 104],
          [32, 26.2, 80],
          [24, 26.2, 80],
        ],
        M.leather.left,
      )
      .face(
        [
          [70, 26.2, 104],
          [78, 26.2, 104],
          [78, 26.2, 80],
          [70, 26.2, 80],
        ],
        M.leather.left,
      )
      .face(
        [
          [5.5, 26.2, 16],
          [96.5, 26.2, 16],
          [96, 26.2, 0],
          [6, 26.2, 0],
        ],
        M.navy.left,
      );
  },
  'BACKPACK-ROLL-20': () => {
    const pack = new Drawing().face(
      [
        [4, 2, 0],
        [92, 2, 0],
        [96, 58, 0],
        [4, 58, 0],
      ],
      '#0a1230',
      0.16,
    );
    pack.box([0, 0, 0], [82, 44, 108], M.olive);
    pack.prism(ring([-2, 22, 118], 13, 'y', 0, 360, 24), [86, 0, 0], M.olive);
    pack.face(
      [
        [0, 44.2, 20],
        [82, 44.2, 20],
        [82, 44.2, 0],
        [0, 44.2, 0],
      ],
      M.leather.right,
    );
    pack.box([10, 44, 14], [62, 14, 46], M.olive);
    for (const x of [18, 56]) {
      pack.rod(
        [
          [x, 36, 128],
          [x, 44.4, 108],
          [x, 44.4, 74],
        ],
        6,
        M.leather.left,
      );
      pack.face(
        [
          [x - 4.5, 58.2, 60],
          [x + 4.5, 58.2, 60],
          [x + 4.5, 58.2, 40],
          [x - 4.5, 58.2, 40],
        ],
        M.leather.left,
      );
      pack.disc([x, 45, 76], 3.4, M.brass.top);
    }
    return pack;
  },
  'WALLET-CARD': () => {
    const wallet = new Drawing().face(
      [
        [4, 4, 0],
        [112, 4, 0],
        [112, 80, 0],
        [4, 80, 0],
      ],
      '#0a1230',
      0.16,
    );
    wallet.box([0, 0, 0], [104, 72, 8], M.leather);
    const card = (y: number, material: typeof M.blue) => wallet.box([10, y, 8], [84, 40, 1.6], material);
    card(-16, M.blue);
    card(-6, M.wax);
    card(4, M.pink);
    wallet.prism(
      [
        [0, 16, 8],
        [104, 16, 8],
        [104, 72, 8],
        [0, 72, 8],
      ],
      [0, 0, 5],
      M.leather,
    );
    for (let x = 6; x < 100; x += 8)
      wallet.rod(
        [
          [x, 67, 13.2],
          [x + 4, 67, 13.2],
        ],
        1.5,
        M.ash.top,
      );
    return wallet.rod(
      [
        [40, 16, 13.2],
        [44, 26, 13.2],
        [60, 26, 13.2],
        [64, 16, 13.2],
      ],
      2,
      M.leather.right,
    );
  },
  'BOTTLE-STEEL-750': () =>
    new Drawing()
      .shadow([4, 4, 0], 32)
      .turned(
        [0, 0, 0],
        [
          [28, 0],
          [28, 12],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 12],
        [
          [28, 0],
          [28, 78],
          [17, 98],
        ],
        M.green,
      )
      .turned(
        [0, 0, 110],
        [
          [16, 0],
          [16, 6],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 116],
        [
          [19, 0],
          [19, 18],
        ],
        M.coal,
      )
      .rod(
        [
          [-10, 10, 136],
          [-10, 10, 154],
          [10, -10, 154],
          [10, -10, 136],
        ],
        5,
        M.leather.left,
      ),
  'UMBRELLA-ASH': () => {
    const umbrella = new Drawing();
    const top: Point = [0, 0, 132];
    const rim = ring([0, 0, 84], 70, 'z', 0, 360, 8).slice(0, 8);
    const panels = rim.map((from, at) => ({ from, to: rim[(at + 1) % 8] as Point, at }));
    panels.sort((a, b) => a.from[0] + a.from[1] - (b.from[0] + b.from[1]));
    for (const { from, to } of panels.slice(0, 4)) umbrella.face([top, from, to], M.navy.right);
    umbrella.rod(
      [
        [0, 0, 128],
        [0, 0, 14],
      ],
      5,
      M.steel.left,
    );
    umbrella.rod(
      [
        [0, 0, 22],
        [0, 0, -10],
        [18, -18, -10],
        [18, -18, 10],
      ],
      8,
      M.ash.left,
    );
    for (const { from, to, at } of panels.slice(4)) umbrella.face([top, from, to], at % 2 ? M.navy.left : M.navy.top);
    return umbrella.turned(
      [0, 0, 130],
      [
        [3, 0],
        [2, 12],
      ],
      M.ash,
    );
  },
};

const LIMITED: Record<string, () => Drawing> = {
  'PRINT-HARBOUR-LTD': () => {
    const print = new Drawing();
    const on = (points: readonly (readonly [number, number])[], y: number): Point[] =>
      points.map(([x, z]) => [x, y, z]);
    print.prism(
      on(
        [
          [0, 0],
          [104, 0],
          [104, 130],
          [0, 130],
        ],
        0,
      ),
      [0, 8, 0],
      M.coal,
    );
    print.face(
      on(
        [
          [6, 6],
          [98, 6],
          [98, 124],
          [6, 124],
        ],
        8.2,
      ),
      M.paper.top,
    );
    print.face(
      on(
        [
          [16, 30],
          [88, 30],
          [88, 114],
          [16, 114],
        ],
        8.3,
      ),
      M.navy.top,
    );
    print.face(ring([66, 8.4, 92], 12, 'x'), M.wax.top);
    print.face(
      on(
        [
          [16, 30],
          [88, 30],
          [88, 56],
          [16, 56],
        ],
        8.4,
      ),
      M.navy.right,
    );
    print.face(
      on(
        [
          [24, 50],
          [62, 50],
          [56, 38],
          [32, 38],
        ],
        8.5,
      ),
      M.red.left,
    );
    print.face(
      on(
        [
          [34, 50],
          [52, 50],
          [52, 60],
          [34, 60],
        ],
        8.5,
      ),
      M.paper.top,
    );
    print.rod(
      on(
        [
          [43, 60],
          [43, 86],
        ],
        8.5,
      ),
      2.4,
      M.coal.right,
    );
    print.face(
      on(
        [
          [45, 84],
          [45, 62],
          [60, 62],
        ],
        8.6,
      ),
      M.paper.left,
    );
    print
      .rod(
        on(
          [
            [70, 56],
            [70, 84],
          ],
          8.5,
        ),
        3,
        M.coal.right,
      )
      .rod(
        on(
          [
            [60, 84],
            [84, 84],
          ],
          8.5,
        ),
        2.4,
        M.coal.right,
      )
      .rod(
        on(
          [
            [82, 84],
            [82, 70],
          ],
          8.5,
        ),
        1.4,
        M.coal.right,
      );
    for (const z of [36, 43, 49])
      print.rod(
        on(
          [
            [66, z],
            [80, z],
          ],
          8.5,
        ),
        1.6,
        M.navy.top,
      );
    return print
      .rod(
        on(
          [
            [18, 18],
            [34, 18],
          ],
          8.4,
        ),
        1.6,
        M.coal.left,
      )
      .rod(
        on(
          [
            [72, 18],
            [86, 18],
          ],
          8.4,
        ),
        1.6,
        M.coal.left,
      );
  },
};

export const DESK_AND_CARRY = { ...DESK, ...CARRY, ...LIMITED };
