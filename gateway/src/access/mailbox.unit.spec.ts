import { describe, expect, test } from 'vitest';
import { mailboxOf } from './mailbox.ts';

describe('a mailbox is the same mailbox', () => {
  test.each([
    ['however it is written', 'ADA@Example.COM', 'ada@example.com'],
    ['whatever stands after a plus', 'ada+1+2@example.com', 'ada@example.com'],
    ['however it is dotted at Gmail', 'A.d.a.Lovelace@gmail.com', 'adalovelace@gmail.com'],
    ['dotted and tagged', 'ada.lovelace+shop@gmail.com', 'adalovelace@gmail.com'],
    ['under Gmail’s other name', 'ada.lovelace@googlemail.com', 'adalovelace@gmail.com'],
    ['whichever script its domain is written in', 'ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['whichever way its accents are typed', 'rene\u0301@example.com', 'ren\u00e9@example.com'],
  ])('%s', (_, email, mailbox) => {
    expect(mailboxOf(email)).toBe(mailbox);
  });

  test.each([
    ['dots elsewhere', 'a.da@example.com', 'ada@example.com'],
    ['another domain', 'ada@example.com', 'ada@example.org'],
    ['another name', 'ada@gmail.com', 'adam@gmail.com'],
  ])('and two are two: %s', (_, one, other) => {
    expect(mailboxOf(one)).not.toBe(mailboxOf(other));
  });
});
