import { expect, test } from 'vitest';
import { visitorAddress } from './visitor.ts';

const SECRET = 'what the web server shows us, at least so long';
const request = (web: string | string[] | undefined, visitor: string | string[] | undefined) =>
  ({ ip: '10.0.0.1', headers: { 'x-orderflow-web': web, 'x-orderflow-visitor': visitor } }) as never;

test.each(['203.0.113.7', '2001:db8::7'])('the web server says for whom it asks: %s', (visitor) => {
  expect(visitorAddress(request(SECRET, visitor), SECRET)).toBe(visitor);
});

test.each([
  ['without the secret', undefined, '203.0.113.7'],
  ['with another', 'something else that is as long as the secret is', '203.0.113.7'],
  ['with a part of it', SECRET.slice(0, -1), '203.0.113.7'],
  ['with it twice', [SECRET, SECRET], '203.0.113.7'],
  ['with an empty one', '', '203.0.113.7'],
  ['for what is no address', SECRET, 'localhost'],
  ['for two addresses', SECRET, '203.0.113.7, 203.0.113.8'],
  ['for nobody', SECRET, undefined],
])('%s it is the connection that counts', (_, web, visitor) => {
  expect(visitorAddress(request(web, visitor), SECRET)).toBe('10.0.0.1');
});

test('where there is no secret nobody is believed', () => {
  expect(visitorAddress(request('', '203.0.113.7'), undefined)).toBe('10.0.0.1');
});
