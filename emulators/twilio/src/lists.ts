import { TwilioError } from './errors.ts';
import { type Message, messageObject } from './messages.ts';

type Query = Record<string, string | undefined>;

/** A page of messages, newest first, in the form of https://www.twilio.com/docs/usage/twilios-response#pagination */
export function listMessages(path: string, all: Message[], query: Query) {
  const size = Math.min(1_000, Math.max(1, Number(query.PageSize ?? 50) || 50));
  const page = Math.max(0, Number(query.Page ?? 0) || 0);
  const matching = all.filter(wanted(query));
  const slice = matching.slice(page * size, (page + 1) * size);
  const uri = (index: number) =>
    `${path}?${new URLSearchParams({ ...defined(query), PageSize: String(size), Page: String(index) })}`;
  return {
    messages: slice.map(messageObject),
    end: page * size + Math.max(0, slice.length - 1),
    first_page_uri: uri(0),
    next_page_uri: matching.length > (page + 1) * size ? uri(page + 1) : null,
    page,
    page_size: size,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    start: page * size,
    uri: uri(page),
  };
}

/** Before it is sent a message has no date; then the day it was queued counts, so that none is missed. */
const sentAt = (message: Message) => message.sentAt ?? message.createdAt;

function wanted(query: Query): (message: Message) => boolean {
  const { To, From, DateSent } = query;
  const [before, after] = [instant(query['DateSent<']), instant(query['DateSent>'])];
  const day = DateSent && new Date(instant(DateSent)!).toISOString().slice(0, 10);
  return (message) =>
    (!To || message.to === To) &&
    (!From || message.from === From) &&
    (!day || new Date(sentAt(message)).toISOString().slice(0, 10) === day) &&
    (before === undefined || sentAt(message) <= before) &&
    (after === undefined || sentAt(message) >= after);
}

function instant(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new TwilioError(400, 20001, `Invalid date: ${value}`);
  return at;
}

const defined = (query: Query) =>
  Object.fromEntries(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined));
