import { Drawing, type Material } from './iso.ts';
import { MATERIALS as M } from './materials.ts';
import { blade, folded, grip, handle, ring, vessel } from './parts.ts';

function enamelMug(colour: Material): Drawing {
  const mug = new Drawing().shadow([4, 4, 0], 40);
  handle(mug, 34, 18, 50, 20, 8, colour.right);
  vessel(mug, 34, 62, colour, M.cotton.left);
  return mug.disc([0, 0, 62], 34, M.coal.left).disc([0, 0, 62], 31.5, M.cotton.top).disc([2, 2, 57], 27, M.cotton.left);
}

export const KITCHEN: Record<string, () => Drawing> = {
  'MUG-ENAMEL-RED': () => enamelMug(M.red),
  'MUG-ENAMEL-BLUE': () => enamelMug(M.blue),
  'MUG-STONEWARE': () => {
    const mug = new Drawing().shadow([4, 4, 0], 38);
    handle(mug, 32, 16, 44, 18, 10, M.stoneware.right);
    return mug
      .turned(
        [0, 0, 0],
        [
          [27, 0],
          [33, 10],
          [33, 24],
        ],
        M.stoneware,
      )
      .turned(
        [0, 0, 24],
        [
          [33, 0],
          [31, 32],
        ],
        M.wool,
      )
      .disc([0, 0, 56], 28, M.wool.right)
      .disc([1, 1, 52], 24, M.walnut.right);
  },
  'POT-MOKA-6': () => {
    const pot = new Drawing().shadow([4, 4, 0], 40);
    pot.rod(
      [
        [28, -28, 84],
        [58, -58, 84],
        [58, -58, 60],
        [50, -50, 36],
      ],
      9,
      M.coal.right,
    );
    return pot
      .turned(
        [0, 0, 0],
        [
          [36, 0],
          [26, 42],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 42],
        [
          [27, 0],
          [27, 6],
        ],
        M.coal,
      )
      .turned(
        [0, 0, 48],
        [
          [25, 0],
          [34, 44],
        ],
        M.steel,
      )
      .face(
        [
          [-20, 24, 88],
          [-34, 40, 92],
          [-24, 30, 76],
        ],
        M.steel.left,
      )
      .turned(
        [0, 0, 92],
        [
          [34, 0],
          [8, 12],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 104],
        [
          [6, 0],
          [7, 9],
        ],
        M.coal,
      );
  },
  'POUR-OVER-GLASS': () =>
    new Drawing()
      .shadow([4, 4, 0], 42)
      .turned(
        [0, 0, 0],
        [
          [38, 0],
          [40, 12],
          [16, 56],
        ],
        M.glass,
      )
      .turned(
        [0, 0, 2],
        [
          [34, 0],
          [35, 9],
          [27, 24],
        ],
        M.walnut,
      )
      .turned(
        [0, 0, 50],
        [
          [17, 0],
          [17, 16],
        ],
        M.oak,
      )
      .turned(
        [0, 0, 66],
        [
          [16, 0],
          [38, 38],
        ],
        M.glass,
      )
      .disc([0, 0, 104], 35, M.paper.left)
      .disc([0, 0, 96], 24, M.paper.top),
  'GRINDER-HAND': () => {
    const grinder = new Drawing().shadow([4, 4, 0], 32);
    grinder
      .turned(
        [0, 0, 0],
        [
          [26, 0],
          [26, 30],
        ],
        M.walnut,
      )
      .turned(
        [0, 0, 30],
        [
          [24, 0],
          [26, 74],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 104],
        [
          [26, 0],
          [8, 8],
        ],
        M.coal,
      )
      .turned(
        [0, 0, 112],
        [
          [4, 0],
          [4, 10],
        ],
        M.steel,
      );
    return grinder
      .rod(
        [
          [0, 0, 122],
          [58, -14, 122],
        ],
        6,
        M.steel.left,
      )
      .turned(
        [58, -14, 122],
        [
          [7, 0],
          [10, 20],
        ],
        M.walnut,
      );
  },
  'KETTLE-GOOSE': () => {
    const kettle = new Drawing().shadow([4, 4, 0], 48);
    kettle.rod(
      [
        [-34, 34, 18],
        [-66, 66, 18],
        [-52, 52, 66],
        [-66, 66, 78],
      ],
      9,
      M.steel.left,
    );
    kettle.rod(
      [
        [24, -24, 58],
        [66, -66, 70],
        [72, -72, 30],
        [58, -58, 10],
      ],
      9,
      M.walnut.left,
    );
    return kettle
      .turned(
        [0, 0, 0],
        [
          [46, 0],
          [44, 10],
          [28, 58],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 58],
        [
          [29, 0],
          [27, 8],
        ],
        M.coal,
      )
      .turned(
        [0, 0, 66],
        [
          [24, 0],
          [6, 6],
        ],
        M.steel,
      )
      .turned(
        [0, 0, 72],
        [
          [5, 0],
          [8, 10],
        ],
        M.walnut,
      );
  },
  'KNIFE-CHEF-20': () => {
    const knife = new Drawing().face(
      [
        [-66, 6, 0],
        [92, 8, 0],
        [112, 34, 0],
        [0, 40, 0],
        [-66, 26, 0],
      ],
      '#0a1230',
      0.16,
    );
    blade(knife, 108, 30);
    return grip(knife, 66, 18, M.walnut);
  },
  'KNIFE-PARING': () => {
    const knife = new Drawing().face(
      [
        [-54, 6, 0],
        [50, 8, 0],
        [62, 22, 0],
        [0, 28, 0],
        [-54, 22, 0],
      ],
      '#0a1230',
      0.16,
    );
    blade(knife, 58, 16);
    return grip(knife, 54, 16, M.coal);
  },
  'BOARD-OAK': () => {
    const board = new Drawing().face(
      [
        [4, 4, 0],
        [124, 4, 0],
        [124, 94, 0],
        [4, 94, 0],
      ],
      '#0a1230',
      0.16,
    );
    board.box([0, 0, 0], [116, 86, 14], M.oak);
    for (let x = 0; x < 116; x += 29) {
      for (let y = 0; y < 84; y += 21.5) {
        if ((x / 29 + Math.round(y / 21.5)) % 2)
          board.face(
            [
              [x, y, 14],
              [x + 29, y, 14],
              [x + 29, y + 21.5, 14],
              [x, y + 21.5, 14],
            ],
            M.oak.left,
            0.45,
          );
      }
    }
    return board.prism(ring([98, 18, 14], 8, 'z'), [0, 0, 0.1], {
      top: M.oak.right,
      left: M.oak.right,
      right: M.oak.right,
    });
  },
  'APRON-LINEN': () => {
    const apron = new Drawing();
    const body: [number, number, number][] = [
      [30, 0, 128],
      [70, 0, 128],
      [76, 0, 92],
      [100, 0, 80],
      [100, 0, 0],
      [0, 0, 0],
      [0, 0, 80],
      [24, 0, 92],
    ];
    apron.rod(
      [
        [34, 0, 128],
        [34, 0, 168],
        [66, 0, 168],
        [66, 0, 128],
      ],
      6,
      M.linen.right,
    );
    apron.rod(
      [
        [100, 0, 78],
        [124, 0, 78],
        [118, 0, 60],
        [128, 0, 46],
      ],
      5,
      M.linen.right,
    );
    apron.rod(
      [
        [0, 0, 78],
        [-24, 0, 78],
        [-16, 0, 60],
        [-26, 0, 46],
      ],
      5,
      M.linen.right,
    );
    apron.prism(body, [0, 5, 0], M.linen);
    return apron
      .face(
        [
          [26, 5.2, 60],
          [74, 5.2, 60],
          [74, 5.2, 24],
          [26, 5.2, 24],
        ],
        M.linen.top,
      )
      .face(
        [
          [26, 5.3, 60],
          [74, 5.3, 60],
          [74, 5.3, 54],
          [26, 5.3, 54],
        ],
        M.leather.left,
      )
      .face(
        [
          [0, 5.2, 6],
          [100, 5.2, 6],
          [100, 5.2, 0],
          [0, 5.2, 0],
        ],
        M.linen.right,
      );
  },
  'TOWEL-WAFFLE-3': () => {
    const towels = new Drawing().face(
      [
        [4, 4, 0],
        [104, 4, 0],
        [104, 84, 0],
        [4, 84, 0],
      ],
      '#0a1230',
      0.16,
    );
    folded(towels, [98, 78, 54], 3, [M.cotton, M.wool, M.cotton]);
    for (let at = 12; at < 86; at += 12) {
      towels.face(
        [
          [at, 2, 53.2],
          [at + 2, 2, 53.2],
          [at + 2, 75, 53.2],
          [at, 75, 53.2],
        ],
        M.cotton.left,
      );
      if (at < 72)
        towels.face(
          [
            [2, at, 53.2],
            [95, at, 53.2],
            [95, at + 2, 53.2],
            [2, at + 2, 53.2],
          ],
          M.cotton.left,
        );
    }
    return towels;
  },
};
