/** A call that a stand-in noted. */
export interface Call {
  readonly path: string;
  readonly status: number | string | null;
  readonly [detail: string]: unknown;
}

export interface Mail {
  readonly subject: string;
}

/** Sets a stand-in's failure switches. */
export async function setSwitches(url: string, switches: Record<string, unknown>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_control`, { method: 'PUT', headers, body: JSON.stringify(switches) });
  if (!response.ok) throw new Error(`${url}/_control: ${response.status} ${await response.text()}`);
}

/** Answers a 3-D Secure challenge as the customer at the bank would. */
export async function authenticate(stripe: string, intentId: string): Promise<void> {
  const response = await fetch(`${stripe}/_control/payment_intents/${intentId}/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'succeed' }),
  });
  if (!response.ok) throw new Error(`The bank answered ${response.status} ${await response.text()}`);
}

export async function callsOf(url: string): Promise<Call[]> {
  return (await (await fetch(`${url}/_control/calls`)).json()) as Call[];
}

export async function mailsTo(mailbox: string, email: string): Promise<Mail[]> {
  const response = await fetch(`${mailbox}/api/messages?to=${encodeURIComponent(email)}`);
  return ((await response.json()) as { messages: Mail[] }).messages;
}
