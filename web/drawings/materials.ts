import type { Material } from './iso.ts';

const of = (top: string, left: string, right: string): Material => ({ top, left, right });

/** Neither so light that white paper swallows them nor so dark that carbon paper does. */
export const MATERIALS = {
  red: of('#ec7a66', '#d4503c', '#a83826'),
  blue: of('#6f9ae6', '#4674c9', '#30559c'),
  stoneware: of('#d3c2a6', '#b39d7d', '#8b7758'),
  steel: of('#d3dae2', '#a7b3c0', '#7c8997'),
  iron: of('#7d879a', '#616b7f', '#4a5367'),
  brass: of('#ecca68', '#cda23a', '#9c7820'),
  glass: of('#c8e8ea', '#94cdd3', '#6bacb6'),
  walnut: of('#a97650', '#865839', '#653f27'),
  oak: of('#e6c08a', '#c79c62', '#9f7845'),
  ash: of('#eed9b4', '#d3b988', '#ab9062'),
  cotton: of('#e9e5da', '#cbc5b6', '#a49d8c'),
  linen: of('#a9bda4', '#86a081', '#657f61'),
  wool: of('#7fa7a5', '#5a8684', '#406665'),
  cord: of('#e0a04f', '#c07f30', '#935d1c'),
  wax: of('#f7dc7e', '#e5b946', '#b88c28'),
  paper: of('#f4f0e4', '#d8d2c1', '#b3ac99'),
  leather: of('#cf9060', '#ac6c3e', '#824d28'),
  canvas: of('#ddd0b0', '#bfae86', '#978660'),
  olive: of('#99a26c', '#78824c', '#586134'),
  green: of('#6dbd94', '#459970', '#2f7453'),
  navy: of('#6b7fb8', '#4d6099', '#384777'),
  pink: of('#f0a9bd', '#d97f99', '#b05a75'),
  coal: of('#6a7288', '#525a70', '#3e455a'),
} satisfies Record<string, Material>;
