import { z } from 'zod';
import { preferencesSchema } from '../nouns/preferences.ts';

/** Replaces all preferences. */
export const setPreferencesInput = preferencesSchema;
export const preferencesOutput = z.object({ preferences: preferencesSchema });
