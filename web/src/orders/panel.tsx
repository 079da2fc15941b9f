import { type ReactNode, useId } from 'react';
import { Sheet } from '../ui/sheet.tsx';

interface OrderPanelProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** Without JavaScript there is nothing to do here. */
  readonly needsScript?: boolean;
}

/** One box beside the waybill. */
export function OrderPanel({ title, children, needsScript }: OrderPanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={needsScript ? 'needs-script' : undefined}>
      <Sheet>
        <h2 id={id} className="heading border-b border-hairline px-4 py-3 text-lg sm:px-5">
          {title}
        </h2>
        <div className="flex flex-col gap-3 px-4 py-4 sm:px-5">{children}</div>
      </Sheet>
    </section>
  );
}
