import { OrderForOthers } from '#web/orders/guest-link.tsx';

export default function NoSuchOrder() {
  return <OrderForOthers />;
}
