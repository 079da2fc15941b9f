/** A page as a visitor can come to it. */
export interface Route {
  /** Of its picture. */
  readonly name: string;
  readonly path: string;
  /** What is in the cart, as its cookie says it. */
  readonly cart?: string;
  /** What is clicked first, in turn: selectors. */
  readonly click?: readonly string[];
  /** What the server answers. */
  readonly status?: number;
}

const CART = 'MUG-ENAMEL-RED_2_1666.BLANKET-WOOL_1_14161';
const CHANGED_CART = 'MUG-ENAMEL-RED_2_1500.PRINT-HARBOUR-LTD_5_21420.NO-SUCH-THING_1';

/** Every page that needs nobody signed in and no order, for pictures and for axe. */
export const ROUTES: readonly Route[] = [
  { name: 'home', path: '/' },
  { name: 'category', path: '/c/kitchen' },
  { name: 'search', path: '/search' },
  { name: 'search-filtered', path: '/search?text=mug&stock=true&sort=price_asc' },
  { name: 'search-nearest', path: '/search?text=mugg%20enamell' },
  { name: 'search-nothing', path: '/search?from=9000' },
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
  },
  { name: 'track', path: '/track' },
  { name: 'not-found', path: '/no/such/page', status: 404 },
];
