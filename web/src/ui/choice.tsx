import type { ComponentProps, ReactNode } from 'react';

interface ChoicesProps {
  readonly legend: ReactNode;
  readonly hint?: ReactNode;
  readonly disabled?: boolean | undefined;
  readonly children: ReactNode;
}

/** One of several: boxes on a form of which one is ticked. */
export function Choices({ legend, hint, disabled, children }: ChoicesProps) {
  return (
    <fieldset disabled={disabled} className="min-w-0 disabled:opacity-60">
      <legend className="label mb-1 text-muted">{legend}</legend>
      {hint ? <p className="mb-3 max-w-[75ch] text-sm text-muted">{hint}</p> : null}
      <div className="divide-y divide-hairline border border-field">{children}</div>
    </fieldset>
  );
}

interface ChoiceProps extends ComponentProps<'input'> {
  readonly label: ReactNode;
  readonly note?: ReactNode;
  /** At the end of the line, e.g. what it costs. */
  readonly trailing?: ReactNode;
}

export function Choice({ label, note, trailing, ...input }: ChoiceProps) {
  return (
    <label className="flex min-h-12 items-center gap-3 bg-sheet px-3 py-2 has-checked:bg-tile has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-pen">
      <input type="radio" {...input} className="size-5 shrink-0 accent-pen outline-none" />
      <span className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0">
          <span className="font-semibold">{label}</span>
          {note ? <span className="block text-sm text-muted">{note}</span> : null}
        </span>
        {trailing ? <span className="font-semibold">{trailing}</span> : null}
      </span>
    </label>
  );
}

export function Checkbox({ label, ...input }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input type="checkbox" {...input} className="size-5 shrink-0 accent-pen" />
      <span>{label}</span>
    </label>
  );
}
