import { SignJWT } from 'jose';

/** Who a token is for. */
export type Bearer = { readonly customer: string } | { readonly staff: string };

/** A bearer token as the gateway verifies it: HS256, issued by and for `orderflow`, with the role beside the subject. */
export function signToken(bearer: Bearer, secret: string, hours = 12): Promise<string> {
  const [subject, role] = 'customer' in bearer ? [bearer.customer, 'customer'] : [bearer.staff, 'staff'];
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer('orderflow')
    .setAudience('orderflow')
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(new TextEncoder().encode(secret));
}
