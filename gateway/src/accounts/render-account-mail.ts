import type { Words } from './account-words.ts';

/** A mail with a secret in it: it goes from here to the mail server, never over the broker, into the store or a log. */
export interface AccountMail {
  readonly to: string;
  readonly shop: string;
  readonly words: Words;
  readonly url?: string | undefined;
  /** To be typed where there is no page to link to. */
  readonly code?: string;
}

/** The mail as text and as HTML; what is not ours alone is escaped. */
export function renderAccountMail({ shop, words, url, code }: AccountMail): { text: string; html: string } {
  const { greeting, text, action, note } = words;
  const link = url ?? code;
  const lines = [greeting, text, ...(link === undefined ? [] : [`${action}: ${link}`]), note, shop];
  const button = url === undefined ? code && `<p><code>${escaped(code)}</code></p>` : linkTo(url, action);
  const html = [
    '<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>',
    '<body style="font:16px/1.5 Archivo,Helvetica,Arial,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem">',
    `<p style="font-size:13px;letter-spacing:.08em;text-transform:uppercase">${escaped(shop)}</p>`,
    `<p>${escaped(greeting)}</p><p>${escaped(text)}</p>${button ?? ''}`,
    `<p style="font-size:13px;border-top:1px solid #999;padding-top:12px">${escaped(note)}</p></body></html>`,
  ];
  return { text: `${lines.join('\n\n')}\n`, html: html.join('\n') };
}

const linkTo = (url: string, action: string) =>
  `<p><a href="${escaped(url)}" style="display:inline-block;padding:10px 20px;border:1px solid;border-radius:2px">${escaped(action)}</a></p>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
