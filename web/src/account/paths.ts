/** Where forms of accounts go without JavaScript. */
export const SUBMIT_PATH = '/account/submit';

/** Keeps what somebody was about to do on the way through another page. */
export const withNext = (path: string, next: string | undefined): string =>
  next === undefined ? path : `${path}?${new URLSearchParams({ next })}`;

/** Where the link of the mail that confirms an address ends. */
export const verifiedPath = (next: string | undefined): string =>
  `/sign-in?${new URLSearchParams({ verified: '1', ...(next === undefined ? {} : { next }) })}`;
