import type { Address, Locale } from '@orderflow/contracts';
import PDFDocument from 'pdfkit';
import { printable } from './printable.ts';
import type { Seller } from './seller.ts';
import { lineHeight, linesOf, type Style, typeset } from './typeset.ts';
import { words } from './words.ts';

/** Points; A4 is 595 by 842. */
const MARGIN = 48;
const WIDTH = 595.28 - 2 * MARGIN;
const BOTTOM = 841.89 - 76;
const PAD = 8;
const INK = '#14181f';
const QUIET = '#5c6470';
const HAIRLINE = '#b9bec7';
/** Of the waybill's copies, the customer's white one first. */
const COPIES = ['#ffffff', '#f0c93a', '#ef9ab2', '#86b6e0', '#8cc48f'];
const STAMP = '#b02a5b';
const CAPTION: Style = { size: 6.5, colour: QUIET };

export interface Column {
  readonly title: string;
  /** Share of the width. */
  readonly share: number;
  readonly right?: boolean;
}

/** Who is billed, or where the parcels go. */
export type Party = Address & { readonly company?: string | undefined };

export interface Cell {
  readonly label: string;
  readonly lines: readonly string[];
  /** A number that people compare character by character. */
  readonly mono?: boolean;
}

export interface SheetHead {
  readonly title: string;
  /** The document's own date: nothing in the file says when it was made. */
  readonly date: string;
  readonly locale: Locale;
  readonly seller: Seller;
  /** The form's cells, row by row. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Sheet {
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** Label and amount at the right, the last one in bold. */
  totals(rows: readonly (readonly [string, string])[]): void;
  paragraph(text: string): void;
  stamp(text: string, date: string): void;
  end(): Promise<Buffer>;
}

/** Begins an A4 document in our layout, the white copy of a waybill. The same content makes the same bytes. */
export function openSheet({ title, date, locale, seller, rows: cells }: SheetHead): Sheet {
  const info = { Title: printable(title), Author: printable(seller.name), CreationDate: new Date(date) };
  const pdf = new PDFDocument({ size: 'A4', margin: MARGIN, bufferPages: true, lang: locale, info, font: '' });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Buffer>((resolve, reject) => {
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  let y = MARGIN;
  let stampAt = y;

  const put = (text: string, x: number, top: number, width: number, style: Style = {}) =>
    typeset(pdf, text, { x, y: top, width }, { colour: INK, ...style });
  const line = (fromX: number, fromY: number, toX: number, toY: number) =>
    pdf.moveTo(fromX, fromY).lineTo(toX, toY).lineWidth(0.5).strokeColor(HAIRLINE).stroke();
  const rule = () => line(MARGIN, y, MARGIN + WIDTH, y);
  const perforation = (at: number) => {
    pdf.moveTo(0, at).lineTo(595.28, at).lineWidth(0.9).strokeColor(HAIRLINE).dash(0.1, { space: 4 }).lineCap('round');
    pdf.stroke().undash().lineCap('butt');
  };
  const caption = (text: string, x: number, top: number, width: number, style: Style = {}) =>
    put(text.toLocaleUpperCase(locale), x, top, width, { ...CAPTION, ...style });
  const room = (height: number): boolean => {
    if (y + height <= BOTTOM) return true;
    pdf.addPage();
    y = MARGIN;
    return false;
  };

  const head = () => {
    COPIES.forEach((colour, index) => {
      pdf.rect(MARGIN + index * 15, y - 10, 12, 5).fillColor(colour);
      if (index === 0) pdf.lineWidth(0.5).strokeColor(HAIRLINE).fillAndStroke();
      else pdf.fill();
    });
    put(seller.name, MARGIN, y + 1, WIDTH / 2, { face: 'bold', size: 13 });
    put(title, MARGIN + WIDTH / 2, y - 10, WIDTH / 2, { face: 'bold', size: 22, align: 'right' });
    perforation(y + 30);
    y += 44;
    for (const row of cells) cellsInARow(row);
    y += 22;
  };
  const cellsInARow = (row: readonly Cell[]) => {
    const width = WIDTH / row.length;
    const styleOf = (cell: Cell): Style => (cell.mono ? { face: 'mono', size: 8.5 } : { size: 10 });
    const heights = row.map((cell) =>
      cell.lines.reduce((sum, text) => {
        const style = styleOf(cell);
        return sum + linesOf(text, width - 2 * PAD, style).length * lineHeight(style);
      }, lineHeight(CAPTION) + 2),
    );
    const height = Math.max(...heights) + 2 * PAD - 2;
    pdf.roundedRect(MARGIN, y, WIDTH, height, 2).lineWidth(0.5).strokeColor(HAIRLINE).stroke();
    row.forEach((cell, index) => {
      const x = MARGIN + index * width;
      if (index > 0) line(x, y, x, y + height);
      let top = y + PAD;
      top += caption(cell.label, x + PAD, top, width - 2 * PAD) + 2;
      for (const text of cell.lines) top += put(text, x + PAD, top, width - 2 * PAD, styleOf(cell));
    });
    y += height + 4;
  };

  const rowOf = (columns: readonly Column[], texts: readonly string[], write: typeof put, style: Style) => {
    let x = MARGIN;
    let height = 0;
    columns.forEach(({ share, right }, index) => {
      const width = WIDTH * share;
      const inner = right ? width : width - PAD;
      height = Math.max(height, write(texts[index] ?? '', x, y, inner, { ...style, align: right ? 'right' : 'left' }));
      x += width;
    });
    return height;
  };
  const heightOf = (columns: readonly Column[], texts: readonly string[]) =>
    Math.max(...columns.map(({ share }, at) => linesOf(texts[at] ?? '', WIDTH * share - PAD).length)) * lineHeight();

  head();
  return {
    table(columns, rows) {
      const titles = () => {
        const names = columns.map((column) => column.title);
        y += rowOf(columns, names, caption, {}) + 3;
        rule();
        y += 6;
      };
      room(60);
      titles();
      for (const texts of rows) {
        if (!room(heightOf(columns, texts) + 12)) titles();
        y += rowOf(columns, texts, put, {}) + 5;
        rule();
        y += 6;
      }
    },
    totals(rows) {
      room(rows.length * 20 + 10);
      y += 4;
      stampAt = y;
      rows.forEach(([label, value], index) => {
        const last = index === rows.length - 1;
        const style: Style = last ? { face: 'bold', size: 13 } : { size: 10 };
        if (last) {
          line(MARGIN + WIDTH * 0.45, y, MARGIN + WIDTH, y);
          y += 5;
        }
        put(label, MARGIN + WIDTH * 0.45, y, WIDTH * 0.3, { ...style, colour: last ? INK : QUIET });
        y += put(value, MARGIN + WIDTH * 0.75, y, WIDTH * 0.25, { ...style, align: 'right' }) + 4;
      });
      y += 14;
    },
    paragraph(text) {
      room(linesOf(text, WIDTH, { size: 9 }).length * lineHeight({ size: 9 }));
      y += put(text, MARGIN, y, WIDTH, { size: 9, colour: QUIET }) + 6;
    },
    stamp(text, at) {
      const [x, width, height] = [MARGIN + 10, 132, 40];
      pdf.save().rotate(-5, { origin: [x + width / 2, stampAt + height / 2] });
      pdf.roundedRect(x, stampAt, width, height, 2).lineWidth(1.4).strokeColor(STAMP).stroke();
      put(text.toLocaleUpperCase(locale), x, stampAt + 5, width, {
        face: 'bold',
        size: 13,
        align: 'center',
        colour: STAMP,
      });
      put(at, x, stampAt + 24, width, { size: 8, align: 'center', colour: STAMP });
      pdf.restore();
    },
    end() {
      const { count } = pdf.bufferedPageRange();
      for (let page = 0; page < count; page++) {
        pdf.switchToPage(page);
        // Below the margin pdfkit would begin a new page.
        pdf.page.margins.bottom = 0;
        perforation(BOTTOM + 28);
        const foot = [seller.name, ...seller.address].join(' · ');
        put(foot, MARGIN, BOTTOM + 38, WIDTH * 0.75, { size: 7, colour: QUIET });
        const pageStyle: Style = { size: 7, colour: QUIET, align: 'right' };
        put(words[locale].page(page + 1, count), MARGIN + WIDTH * 0.75, BOTTOM + 38, WIDTH * 0.25, pageStyle);
      }
      pdf.end();
      return ended;
    },
  };
}

export const sellerCell = ({ name, address, vatId }: Seller, locale: Locale): Cell => ({
  label: words[locale].seller,
  lines: [name, ...address, ...(vatId === undefined ? [] : [`${words[locale].vatId} ${vatId}`])],
});

export function partyCell(label: string, party: Party, vatId: string | undefined, locale: Locale): Cell {
  const { company, name, line1, line2, postalCode, city, region, country } = party;
  const place = [`${postalCode} ${city}`, region, country].filter((part) => part !== undefined && part !== '');
  const lines = [company, name, line1, line2, place.join(', '), vatId && `${words[locale].vatId} ${vatId}`];
  return { label, lines: lines.flatMap((text) => (text ? [text] : [])) };
}
