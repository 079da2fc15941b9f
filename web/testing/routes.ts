/** A page as a visitor can come to it. */
export interface Route {
  /** Of its picture. */
  readonly name: string;
  readonly path: string;
  /** What is in the cart, as its cookie says it. */
  readonly cart?: string;
  /** What is clicked first, in turn, until what it `shows` is there: selectors. */
  readonly click?: readonly string[];
  /** What has to be there then: a selector. Clicks on a page that is not alive yet do nothing, so they are tried again. */
  readonly shows?: string;
  /** What the server answers. */
  readonly status?: number;
  /** A region that does not answer when orders are listed. */
  readonly regionAway?: string;
}

const CART = 'MUG-ENAMEL-RED_2_1666.BLANKET-WOOL_1_14161';
const CHANGED_CART = 'MUG-ENAMEL-RED_2_1500.PRINT-HARBOUR-LTD_5_21420.NO-SUCH-THING_1';

/** Every page that needs nobody signed in and no order, for pictures and for axe. */
export const ROUTES: readonly Route[] = [
  { name: 'home', path: '/' },
  { name: 'category', path: '/c/kitchen' },
  { name: 'search', path: '/search' },
  { name: 'search-filtered', path: '/search?text=mug&stock=true&sort=price_asc' },
  { name: 'search-nearest', path: '/search?from=9000' },
  { name: 'product', path: '/p/KETTLE-GOOSE' },
  { name: 'product-few-left', path: '/p/PRINT-HARBOUR-LTD' },
  { name: 'cart', path: '/cart', cart: CART },
  { name: 'cart-changed', path: '/cart', cart: CHANGED_CART },
  { name: 'cart-empty', path: '/cart' },
  {
    name: 'cart-drawer',
    path: '/p/MUG-ENAMEL-RED',
    cart: CART,
    click: ['form[action="/cart/change"] button[type=submit]'],
    shows: '[role=dialog]',
  },
  { name: 'track', path: '/track' },
  { name: 'track-sent', path: '/track?sent=1' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in-wrong', path: '/sign-in?failed=INVALID_EMAIL_OR_PASSWORD' },
  { name: 'sign-in-verified', path: '/sign-in?verified=1' },
  { name: 'sign-up', path: '/sign-up' },
  {
    name: 'sign-up-missing',
    path: '/sign-up',
    click: ['main form button[type=submit]'],
    shows: '[aria-invalid=true]',
  },
  { name: 'sign-up-sent', path: '/sign-up?sent=1' },
  { name: 'reset', path: '/reset' },
  { name: 'reset-by-link', path: '/reset#token=anything' },
  { name: 'account-signed-out', path: '/account' },
  { name: 'orders-signed-out', path: '/orders' },
  { name: 'returns', path: '/returns' },
  { name: 'privacy', path: '/privacy' },
  { name: 'imprint', path: '/imprint' },
  { name: 'console-for-nobody', path: '/console', status: 404 },
  { name: 'not-found', path: '/no/such/page', status: 404 },
];
