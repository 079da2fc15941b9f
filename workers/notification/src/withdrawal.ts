import type { Locale } from '@orderflow/contracts';

/** Whom a withdrawal is declared to. */
export interface Withdrawal {
  readonly seller: string;
  readonly email: string;
  /** The order's page, where there is one. */
  readonly orderUrl: string | null;
}

export interface Paragraph {
  readonly isTitle: boolean;
  readonly text: string;
}

const title = (text: string): Paragraph => ({ isTitle: true, text });
const plain = (text: string): Paragraph => ({ isTitle: false, text });

/**
 * The model instructions on withdrawal and the model form (Directive 2011/83/EU, annex I; in German as in the annexes 1 and 2 to
 * article 246a EGBGB). The sender's carrier collects returns, so they cost the customer nothing.
 */
export const withdrawalNotice = (locale: Locale, given: Withdrawal): Paragraph[] => NOTICES[locale](given);

const english = ({ seller, email, orderUrl }: Withdrawal): Paragraph[] => [
  title('Right of withdrawal'),
  plain(
    'You have the right to withdraw from this contract within 14 days without giving any reason. The withdrawal period will expire after 14 days from the day on which you acquire, or a third party other than the carrier and indicated by you acquires, physical possession of the last good.',
  ),
  plain(
    `To exercise the right of withdrawal, you must inform us (${seller}, e-mail: ${email}) of your decision to withdraw from this contract by an unequivocal statement (e.g. a letter sent by post or e-mail). You may use the model withdrawal form below, but it is not obligatory.${orderUrl ? ' You can also withdraw on the page of your order.' : ''} To meet the withdrawal deadline, it is sufficient for you to send your communication concerning your exercise of the right of withdrawal before the withdrawal period has expired.`,
  ),
  title('Effects of withdrawal'),
  plain(
    'If you withdraw from this contract, we shall reimburse to you all payments received from you, including the costs of delivery (with the exception of the supplementary costs resulting from your choice of a type of delivery other than the least expensive type of standard delivery offered by us), without undue delay and in any event not later than 14 days from the day on which we are informed about your decision to withdraw from this contract. We will carry out such reimbursement using the same means of payment as you used for the initial transaction, unless you have expressly agreed otherwise; in any event, you will not incur any fees as a result of such reimbursement. We may withhold reimbursement until we have received the goods back or you have supplied evidence of having sent back the goods, whichever is the earliest.',
  ),
  plain(
    'You shall send back the goods or hand them over to us without undue delay and in any event not later than 14 days from the day on which you communicate your withdrawal from this contract to us. The deadline is met if you send back the goods before the period of 14 days has expired. We will bear the cost of returning the goods. You are only liable for any diminished value of the goods resulting from the handling other than what is necessary to establish the nature, characteristics and functioning of the goods.',
  ),
  title('Model withdrawal form'),
  plain('(Complete and return this form only if you wish to withdraw from the contract.)'),
  plain(
    `To ${seller}, e-mail: ${email}: I/We (*) hereby give notice that I/We (*) withdraw from my/our (*) contract of sale of the following goods (*)/for the provision of the following service (*) – Ordered on (*)/received on (*) – Name of consumer(s) – Address of consumer(s) – Signature of consumer(s) (only if this form is notified on paper) – Date. (*) Delete as appropriate.`,
  ),
];

const german = ({ seller, email, orderUrl }: Withdrawal): Paragraph[] => [
  title('Widerrufsrecht'),
  plain(
    'Sie haben das Recht, binnen 14 Tagen ohne Angabe von Gründen diesen Vertrag zu widerrufen. Die Widerrufsfrist beträgt 14 Tage ab dem Tag, an dem Sie oder ein von Ihnen benannter Dritter, der nicht der Beförderer ist, die letzte Ware in Besitz genommen haben bzw. hat.',
  ),
  plain(
    `Um Ihr Widerrufsrecht auszuüben, müssen Sie uns (${seller}, E-Mail: ${email}) mittels einer eindeutigen Erklärung (z. B. ein mit der Post versandter Brief oder eine E-Mail) über Ihren Entschluss, diesen Vertrag zu widerrufen, informieren. Sie können dafür das unten stehende Muster-Widerrufsformular verwenden, das jedoch nicht vorgeschrieben ist.${orderUrl ? ' Sie können den Widerruf auch auf der Seite Ihrer Bestellung erklären.' : ''} Zur Wahrung der Widerrufsfrist reicht es aus, dass Sie die Mitteilung über die Ausübung des Widerrufsrechts vor Ablauf der Widerrufsfrist absenden.`,
  ),
  title('Folgen des Widerrufs'),
  plain(
    'Wenn Sie diesen Vertrag widerrufen, haben wir Ihnen alle Zahlungen, die wir von Ihnen erhalten haben, einschließlich der Lieferkosten (mit Ausnahme der zusätzlichen Kosten, die sich daraus ergeben, dass Sie eine andere Art der Lieferung als die von uns angebotene, günstigste Standardlieferung gewählt haben), unverzüglich und spätestens binnen 14 Tagen ab dem Tag zurückzuzahlen, an dem die Mitteilung über Ihren Widerruf dieses Vertrags bei uns eingegangen ist. Für diese Rückzahlung verwenden wir dasselbe Zahlungsmittel, das Sie bei der ursprünglichen Transaktion eingesetzt haben, es sei denn, mit Ihnen wurde ausdrücklich etwas anderes vereinbart; in keinem Fall werden Ihnen wegen dieser Rückzahlung Entgelte berechnet. Wir können die Rückzahlung verweigern, bis wir die Waren wieder zurückerhalten haben oder bis Sie den Nachweis erbracht haben, dass Sie die Waren zurückgesandt haben, je nachdem, welches der frühere Zeitpunkt ist.',
  ),
  plain(
    'Sie haben die Waren unverzüglich und in jedem Fall spätestens binnen 14 Tagen ab dem Tag, an dem Sie uns über den Widerruf dieses Vertrags unterrichten, an uns zurückzusenden oder zu übergeben. Die Frist ist gewahrt, wenn Sie die Waren vor Ablauf der Frist von 14 Tagen absenden. Wir tragen die Kosten der Rücksendung der Waren. Sie müssen für einen etwaigen Wertverlust der Waren nur aufkommen, wenn dieser Wertverlust auf einen zur Prüfung der Beschaffenheit, Eigenschaften und Funktionsweise der Waren nicht notwendigen Umgang mit ihnen zurückzuführen ist.',
  ),
  title('Muster-Widerrufsformular'),
  plain(
    '(Wenn Sie den Vertrag widerrufen wollen, dann füllen Sie bitte dieses Formular aus und senden Sie es zurück.)',
  ),
  plain(
    `An ${seller}, E-Mail: ${email}: Hiermit widerrufe(n) ich/wir (*) den von mir/uns (*) abgeschlossenen Vertrag über den Kauf der folgenden Waren (*)/die Erbringung der folgenden Dienstleistung (*) – Bestellt am (*)/erhalten am (*) – Name des/der Verbraucher(s) – Anschrift des/der Verbraucher(s) – Unterschrift des/der Verbraucher(s) (nur bei Mitteilung auf Papier) – Datum. (*) Unzutreffendes streichen.`,
  ),
];

const NOTICES: Record<Locale, (given: Withdrawal) => Paragraph[]> = { en: english, de: german };
