import clsx from 'clsx';

/** Of the size that what comes will have. */
export const Skeleton = ({ className }: { className?: string }) => (
  <div aria-hidden="true" className={clsx('breathes rounded-sm bg-tile', className)} />
);
