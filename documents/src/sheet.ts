import type { Address, Locale } from '@orderflow/contracts';
import PDFDocument from 'pdfkit';
import { type Face, faceOf } from './fonts.ts';
import { printable } from './printable.ts';
import type { Seller } from './seller.ts';
import { words } from './words.ts';

/** Points; A4 is 595 by 842. */
const MARGIN = 56;
const WIDTH = 595.28 - 2 * MARGIN;
const BOTTOM = 841.89 - 90;
const INK = '#1d2433';
const QUIET = '#5b6475';
const RULE = '#d5d9e2';
const GAP = 8;
const LABEL = 70;
const REGULAR: Face = 'regular';
const BOLD: Face = 'bold';

export interface Column {
  readonly title: string;
  /** Share of the width. */
  readonly share: number;
  readonly right?: boolean;
}

export interface SheetHead {
  readonly title: string;
  /** The document's own date: nothing in the file says when it was made. */
  readonly date: string;
  readonly locale: Locale;
  readonly seller: Seller;
  readonly customer: Address;
  /** The customer's. */
  readonly vatId?: string | undefined;
  /** Label and value, one below the other. */
  readonly facts: readonly (readonly [string, string])[];
}

export interface Sheet {
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** Label and amount at the right, the last one in bold. */
  totals(rows: readonly (readonly [string, string])[]): void;
  paragraph(text: string): void;
  end(): Promise<Buffer>;
}

/** Begins an A4 document in our layout. The same content makes the same bytes. */
export function openSheet({ title, date, locale, seller, customer, vatId, facts }: SheetHead): Sheet {
  const info = { Title: printable(title), Author: printable(seller.name), CreationDate: new Date(date) };
  const pdf = new PDFDocument({ size: 'A4', margin: MARGIN, bufferPages: true, lang: locale, info, font: '' });
  // pdfkit takes a font that is read already; its types know none.
  for (const face of [REGULAR, BOLD]) pdf.registerFont(face, faceOf(face) as never);
  pdf.font(REGULAR);
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Buffer>((resolve, reject) => {
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  let y = MARGIN;

  const put = (text: string, x: number, top: number, width: number, style: { bold?: boolean; size?: number } = {}) => {
    pdf.font(style.bold ? BOLD : REGULAR).fontSize(style.size ?? 10);
    return (align: 'left' | 'right' = 'left', colour = INK) => {
      pdf.fillColor(colour).text(printable(text), x, top, { width, align });
      return pdf.y - top;
    };
  };
  const rule = () => {
    pdf
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + WIDTH, y)
      .lineWidth(0.7)
      .strokeColor(RULE)
      .stroke();
    y += GAP;
  };
  const room = (height: number): boolean => {
    if (y + height <= BOTTOM) return true;
    pdf.addPage();
    y = MARGIN;
    return false;
  };

  const head = () => {
    const half = WIDTH / 2;
    const left = WIDTH * 0.42;
    put(title, MARGIN, y, half, { bold: true, size: 22 })();
    const from = y;
    y += put(seller.name, MARGIN + half, y, half, { bold: true })('right') + 2;
    for (const line of sellerLines(seller, locale)) y += put(line, MARGIN + half, y, half)('right', QUIET) + 2;
    y = Math.max(y + 16, from + 72);
    const top = y;
    const customerLines = [...addressLines(customer), ...(vatId ? [`${words[locale].buyersVatId} ${vatId}`] : [])];
    for (const line of customerLines) y += put(line, MARGIN, y, left - GAP)() + 2;
    let right = top;
    for (const [label, value] of facts) {
      const height = put(label, MARGIN + left, right, LABEL)('left', QUIET);
      right += Math.max(height, put(value, MARGIN + left + LABEL, right, WIDTH - left - LABEL)('right')) + 2;
    }
    y = Math.max(y, right) + 28;
  };

  const row = (columns: readonly Column[], cells: readonly string[], bold: boolean): void => {
    let x = MARGIN;
    let height = 0;
    columns.forEach(({ share, right }, index) => {
      const width = WIDTH * share;
      const write = put(cells[index] ?? '', x, y, width - GAP, { bold });
      height = Math.max(height, write(right ? 'right' : 'left', bold ? QUIET : INK));
      x += width;
    });
    y += height + GAP / 2;
  };
  const heightOf = (columns: readonly Column[], cells: readonly string[]) => {
    pdf.font(REGULAR).fontSize(10);
    const heights = columns.map(({ share }, index) =>
      pdf.heightOfString(printable(cells[index] ?? ''), { width: WIDTH * share - GAP }),
    );
    return Math.max(...heights) + 2 * GAP;
  };

  head();
  return {
    table(columns, rows) {
      const titles = () => {
        row(
          columns,
          columns.map((column) => column.title),
          true,
        );
        rule();
      };
      titles();
      for (const cells of rows) {
        if (!room(heightOf(columns, cells))) titles();
        row(columns, cells, false);
        rule();
      }
    },
    totals(rows) {
      room(rows.length * 20 + 10);
      rows.forEach(([label, value], index) => {
        const bold = index === rows.length - 1;
        const size = bold ? 12 : 10;
        put(label, MARGIN + WIDTH * 0.4, y, WIDTH * 0.35, { bold, size })('left', bold ? INK : QUIET);
        y += put(value, MARGIN + WIDTH * 0.75, y, WIDTH * 0.25 - GAP, { bold, size })('right') + 6;
      });
      y += GAP;
    },
    paragraph(text) {
      pdf.font(REGULAR).fontSize(10);
      room(pdf.heightOfString(printable(text), { width: WIDTH }));
      y += put(text, MARGIN, y, WIDTH)('left', QUIET) + GAP;
    },
    end() {
      const { count } = pdf.bufferedPageRange();
      for (let page = 0; page < count; page++) {
        pdf.switchToPage(page);
        // Below the margin pdfkit would begin a new page.
        pdf.page.margins.bottom = 0;
        put(words[locale].page(page + 1, count), MARGIN, BOTTOM + 45, WIDTH, { size: 8 })('right', QUIET);
      }
      pdf.end();
      return ended;
    },
  };
}

const sellerLines = ({ address, vatId }: Seller, locale: Locale): string[] => [
  ...address,
  ...(vatId === undefined ? [] : [`${words[locale].vatId} ${vatId}`]),
];

function addressLines({ name, company, line1, line2, postalCode, city, region, country }: Address): string[] {
  const place = [`${postalCode} ${city}`, region, country].filter((part) => part !== undefined && part !== '');
  return [...(company ? [company] : []), name, line1, ...(line2 ? [line2] : []), place.join(', ')];
}
