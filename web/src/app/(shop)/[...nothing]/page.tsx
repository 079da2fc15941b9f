import { notFound } from 'next/navigation';

/** Within the shop's frame, unlike what Next shows for an address that it does not know. */
export default function Nothing(): never {
  notFound();
}
