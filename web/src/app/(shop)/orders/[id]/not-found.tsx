import { OrderForOthers } from '#web/order/guest-link.tsx';

export default function NoSuchOrder() {
  return <OrderForOthers />;
}
