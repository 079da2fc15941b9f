import { describe, expect, test } from 'vitest';
import { newId, orderNumberOf, orderNumberSchema, readOrderNumber } from '../index.ts';

const numbers = Array.from({ length: 500 }, () => orderNumberOf(newId()));

describe('an order’s number', () => {
  test('follows from its id, and differs by attempt', () => {
    const id = newId();
    expect(orderNumberOf(id)).toBe(orderNumberOf(id));
    expect(orderNumberOf(id, 1)).not.toBe(orderNumberOf(id));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('is read as people type it', () => {
    for (const number of numbers) {
      expect(orderNumberSchema.parse(number)).toBe(number);
      expect(readOrderNumber(` ${number.toLowerCase().replace('-', ' ')} `)).toBe(number);
      expect(readOrderNumber(number.replaceAll('0', 'o').replaceAll('1', 'I'))).toBe(number);
    }
  });

  test('is not read with any one digit wrong', () => {
    for (const number of numbers.slice(0, 50)) {
      for (let place = 0; place < number.length; place++) {
        if (number[place] === '-') continue;
        for (const digit of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
          if (digit === number[place]) continue;
          expect(readOrderNumber(number.slice(0, place) + digit + number.slice(place + 1))).toBeUndefined();
        }
      }
    }
  });

  test.each(['', 'ada@example.com', '12345678901', 'MUG-RED'])('is not %s', (text) => {
    expect(readOrderNumber(text)).toBeUndefined();
  });
});
