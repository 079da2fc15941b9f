'use client';

import { useTranslations } from 'next-intl';
import { type SubmitEvent, useRef, useState } from 'react';
import type { AuthFailure } from './auth-failure.ts';

type Complaint = 'missing' | 'email' | 'short' | 'invalid';
type Control = HTMLInputElement | HTMLSelectElement;

/**
 * What the browser holds against a form's values, in our words and beside the line, and what the server says of them.
 * Without JavaScript the browser says it itself and sends the form to its `action`.
 * @param submit undefined: all went well
 */
export function useForm(submit: (form: FormData) => Promise<AuthFailure | undefined>, first?: AuthFailure) {
  const t = useTranslations('account.complaints');
  const [complaints, setComplaints] = useState<Readonly<Record<string, Complaint>>>({});
  const [failure, setFailure] = useState<AuthFailure | undefined>(first);
  const [pending, setPending] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const complain = (about: Readonly<Record<string, Complaint>>) => {
    setComplaints(about);
    const controls = [...(form.current?.elements ?? [])] as Control[];
    controls.find(({ name }) => name in about)?.focus();
  };
  const send = async (values: FormData) => {
    setPending(true);
    const failed = await submit(values).catch((): AuthFailure => ({ reason: 'INTERNAL', transient: false }));
    setPending(false);
    setFailure(failed);
    const field = failed?.reason === 'INVALID_INPUT' ? failed.field?.split('.').at(-1) : undefined;
    complain(field === undefined ? {} : { [field]: 'invalid' });
  };

  return {
    failure,
    pending,
    /** For a field's `error`. */
    errorOf: (name: string, values?: Parameters<typeof t>[1]) => {
      const complaint = complaints[name];
      return complaint && t(complaint, values);
    },
    props: {
      method: 'post' as const,
      ref: (element: HTMLFormElement | null) => {
        form.current = element;
        // Only now do we say what is missing; until then the browser does.
        if (element) element.noValidate = true;
      },
      onSubmit: (event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        if (pending) return;
        const found = complaintsOf(event.currentTarget);
        complain(found);
        if (Object.keys(found).length === 0) void send(new FormData(event.currentTarget));
      },
    },
  };
}

function complaintsOf(form: HTMLFormElement): Record<string, Complaint> {
  const controls = [...form.elements].filter(
    (element): element is Control => 'validity' in element && 'name' in element,
  );
  return Object.fromEntries(
    controls.filter(({ validity }) => !validity.valid).map(({ name, validity }) => [name, complaintOf(validity)]),
  );
}

function complaintOf({ valueMissing, typeMismatch, tooShort }: ValidityState): Complaint {
  if (valueMissing) return 'missing';
  if (typeMismatch) return 'email';
  return tooShort ? 'short' : 'invalid';
}

/** A line that was filled in, without the blanks around it; undefined: it was left empty. */
export function textIn(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
