import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromAuthEmail, toAuthEmail, withPeoplesEmails } from './auth-email.ts';

describe('an e-mail address of an account', () => {
  test.each(['h&m/sales@example.org', "o'=x?`{|}~^@example.org", 'ada.@example.org', '6869@example.org.hex.invalid'])(
    'that better-auth would refuse is stored so that it takes it, and is the same again: %s',
    (email) => {
      const stored = toAuthEmail(email);
      expect(z.email().safeParse(stored).success).toBe(true);
      expect(stored).not.toBe(email);
      expect(fromAuthEmail(stored)).toBe(email);
      expect(JSON.parse(withPeoplesEmails(JSON.stringify({ user: { email: stored } })))).toEqual({ user: { email } });
    },
  );

  test('that it takes stays as it is', () => {
    expect(toAuthEmail('Ada+shop@xn--mller-kva.example')).toBe('ada+shop@xn--mller-kva.example');
    expect(fromAuthEmail('ada@example.org')).toBe('ada@example.org');
  });
});
