import clsx from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

const CONTROL =
  'block min-h-11 w-full rounded-sm border border-field bg-sheet px-3 py-2 text-ink placeholder:text-muted aria-invalid:border-wrong aria-invalid:outline-1 aria-invalid:outline-wrong disabled:opacity-60';

interface FieldFrame {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value, and what it wants. */
  readonly error?: ReactNode;
  readonly className?: string | undefined;
}

function useFrame({ hint, error }: Pick<FieldFrame, 'hint' | 'error'>, given: string | undefined) {
  const made = useId();
  const id = given ?? made;
  const described = [error ? `${id}-error` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ');
  return {
    id,
    described: { 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined },
  };
}

function Frame({ id, label, hint, error, className, children }: FieldFrame & { id: string; children: ReactNode }) {
  return (
    <div className={clsx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="label text-muted">
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="text-sm font-medium text-wrong">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** A line to fill in, with its label above it like on a form. */
export function Field({ label, hint, error, className, id, ...input }: ComponentProps<'input'> & FieldFrame) {
  const frame = useFrame({ hint, error }, id);
  return (
    <Frame {...{ label, hint, error, className }} id={frame.id}>
      <input {...input} {...frame.described} id={frame.id} className={CONTROL} />
    </Frame>
  );
}

/** The browser's own list: it has its keys, its wheel on a telephone, and works without JavaScript. */
export function Select({
  label,
  hint,
  error,
  className,
  id,
  children,
  ...select
}: ComponentProps<'select'> & FieldFrame) {
  const frame = useFrame({ hint, error }, id);
  return (
    <Frame {...{ label, hint, error, className }} id={frame.id}>
      <select {...select} {...frame.described} id={frame.id} className={clsx(CONTROL, 'pr-8')}>
        {children}
      </select>
    </Frame>
  );
}
