'use client';

import { useQuery } from '@tanstack/react-query';
import { callAuth } from './auth-calls.ts';
import type { AuthFailure } from './auth-failure.ts';

/** What better-auth says of a session; its token only ends it, and signs nobody in. */
interface SessionAnswer {
  readonly id: string;
  readonly token: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly userAgent?: string | null;
}
export interface Session extends SessionAnswer {
  readonly here: boolean;
}

export const SESSIONS_KEY = ['sessions'];

/** Where this customer is signed in, the device in hand first. What is wrong comes as data: it is no reason to ask again. */
export const useSessions = () => useQuery({ queryKey: SESSIONS_KEY, queryFn: askForSessions });

async function askForSessions(): Promise<{ sessions: Session[] } | { failure: AuthFailure }> {
  const [here, all] = await Promise.all([
    callAuth<{ session: { id: string } } | null>('/get-session'),
    callAuth<SessionAnswer[]>('/list-sessions'),
  ]);
  if (all.failure) return { failure: all.failure };
  const id = here.data?.session.id;
  const sessions = all.data.map((session) => ({ ...session, here: session.id === id }));
  return {
    sessions: sessions.sort((a, b) => Number(b.here) - Number(a.here) || b.updatedAt.localeCompare(a.updatedAt)),
  };
}
