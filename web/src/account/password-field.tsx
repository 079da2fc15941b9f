'use client';

import { useTranslations } from 'next-intl';
import { type ComponentProps, useState } from 'react';
import { Field } from '../ui/field.tsx';

/** The gateway's rule, said before anybody types. */
const SHORTEST = 8;
const LONGEST = 128;

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, 'type' | 'autoComplete'> & {
  /** `new`: one to be chosen, with the rule for it. */
  readonly kind: 'current' | 'new';
};

export function PasswordField({ kind, ...field }: PasswordFieldProps) {
  const t = useTranslations('account.fields');
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Field
        {...field}
        type={shown ? 'text' : 'password'}
        autoComplete={`${kind}-password`}
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={LONGEST}
        {...(kind === 'new' ? { minLength: SHORTEST, hint: t('passwordRule', { count: SHORTEST }) } : {})}
      />
      <button
        type="button"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute -top-3 right-0 min-h-8 px-1 text-sm font-semibold text-pen underline underline-offset-4"
      >
        {t(shown ? 'hidePassword' : 'showPassword')}
      </button>
    </div>
  );
}
