import { describe, expect, test } from 'vitest';
import { defused } from './defuse.ts';

/** What Gmail, Outlook and Apple Mail make links of: an address with a scheme, a host, a mail address. */
const LINKED = /https?:\/\/|[\p{L}\p{N}-]+[.\u3002\uff0e\uff61\u2024][\p{L}\p{N}]|\S@\S/iu;

describe('what a stranger typed', () => {
  test.each([
    'https://evil.example/win',
    'HTTPS:\\\\evil.example',
    'Visit www.evil.example now',
    'evil.example',
    'evil。example',
    'evil．example',
    'win@evil.example',
    'ｗｉｎ＠evil.example',
    'a\u200b.\u200bb.co',
    'evil.\u200dexample',
    'evil\u200c.example',
    'mailto:win@evil.example?subject=x',
  ])('makes no link: %s', (text) => {
    expect(defused(text)).not.toMatch(LINKED);
  });

  test.each([
    'Jürgen Groß',
    'Dr. Anna Smith',
    'Γιώργος Ανδρέου',
    '王小明',
    "O'Brien-Müller",
    'Weg 1/2',
    'Zoë 🌻 Žižek',
    'علی\u200cرضا',
    'क्\u200dषमा 👩\u200d💻',
  ])('stays as it is where it is a name: %s', (name) => {
    expect(defused(name)).toBe(name);
  });

  test('is at most 60 characters, as people count them', () => {
    const family = '👨‍👩‍👧';
    expect(defused('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
    expect(defused('x'.repeat(60))).toBe('x'.repeat(60));
    expect([...new Intl.Segmenter().segment(defused('ä'.normalize('NFD').repeat(90)))]).toHaveLength(60);
    expect(defused(family.repeat(60))).toBe(family.repeat(60));
  });

  test('is one line, and read in one direction', () => {
    expect(defused('Alice\r\nBcc: all\u202egnp.exe\u2028Bob')).toBe('Alice Bcc: all gnp. exe Bob');
  });
});
