import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDeliveries, openJournal, type webhookSwitches } from '@orderflow/emulator-control';
import type { z } from 'zod';
import type { Mail } from './mail-store.ts';

type Options = {
  secret: string;
  dataDir: string | undefined;
  switches: () => { bounces: string[]; webhookUrl: string | null; webhooks: z.output<typeof webhookSwitches> };
};
/** What a webhook says. */
export type Report = { id: string; type: 'delivered' | 'bounced'; messageId: string; to: string; reason?: string };

const REASON = '550 5.1.1 The mailbox does not exist';

/** Tells by signed webhook what became of each mail, for each of its receivers. */
export function openReports({ secret, dataDir, switches }: Options) {
  // In a directory of its own: beside the mail, every JSON file is an envelope.
  const journal = openJournal(dataDir === undefined ? undefined : join(dataDir, 'webhooks'));
  const deliveries = openDeliveries({
    journal,
    target: () => ({ url: switches().webhookUrl, webhooks: switches().webhooks }),
    sign: (body) => ({ 'mail-signature': signReport(secret, body) }),
  });

  function tell({ messageId, to: receivers }: Mail): void {
    const kept = receivers.map((to) => {
      const type = bounces(to, switches().bounces) ? 'bounced' : 'delivered';
      const reason = type === 'bounced' ? { reason: REASON } : {};
      const report: Report = { id: randomUUID(), type, messageId, to, ...reason };
      return deliveries.keep(messageId, `mail.${type}`, JSON.stringify(report));
    });
    journal.commit();
    for (const delivery of kept) deliveries.send(delivery);
  }

  return {
    tell,
    all: () => deliveries.all(),
    close(): void {
      deliveries.close();
      journal.close();
    },
  };
}

/** `bounce@` and `bounce+anything@` at any domain, and what the switch names: an address, a part of it, a domain. */
function bounces(to: string, switched: string[]): boolean {
  const address = to.toLowerCase();
  return /^bounce(\+[^@]*)?@/.test(address) || switched.some((part) => address.includes(part.toLowerCase()));
}

/** The `mail-signature` header: HMAC-SHA256 of `t.body`, t in Unix seconds. */
export function signReport(secret: string, body: string, at: number = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
