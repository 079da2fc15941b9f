import { NextResponse } from 'next/server';
import { SUBMITTED } from '#web/account/submit-forms.ts';
import { isFromOutside, seeOther } from '#web/forms/form-post.ts';

/** The forms of accounts where there is no JavaScript. */
export async function POST(request: Request): Promise<NextResponse> {
  if (isFromOutside(request)) return new NextResponse('This form is not ours', { status: 403 });
  const form = await request.formData();
  const name = String(form.get('form'));
  const submit = Object.hasOwn(SUBMITTED, name) ? SUBMITTED[name] : undefined;
  if (!submit) return new NextResponse('There is no such form', { status: 400 });
  const { path, cookies = [] } = await submit(form);
  const answer = seeOther(path);
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie);
  return answer;
}
