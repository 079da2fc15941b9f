import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A document as a reader sees it: its pages' lines of text, spaces of every kind as one. */
export async function readPdf(bytes: Buffer): Promise<{ pages: string[][]; info: Record<string, unknown> }> {
  const loading = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const pdf = await loading.promise;
  const { info } = await pdf.getMetadata();
  const pages: string[][] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    const texts = items.map((item) => ('str' in item ? item.str.replace(/\s+/g, ' ').trim() : ''));
    pages.push(texts.filter((text) => text !== ''));
  }
  await loading.destroy();
  return { pages, info: info as Record<string, unknown> };
}
