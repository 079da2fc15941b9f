import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the processes of a stack had to say against how it went. */
export interface LogProblems {
  /** Circuits that opened: which worker stopped, for want of what. */
  readonly circuits: readonly string[];
  /** Messages that nobody will try again by himself. */
  readonly deadLettered: readonly string[];
  /** Of what was tried again, all that a provider or a server was blamed for, with how often. */
  readonly providers: readonly string[];
  /** Everything that was tried again, with how often. */
  readonly retried: ReadonlyMap<string, number>;
}

interface Line {
  readonly msg?: string;
  readonly worker?: string;
  readonly dependency?: string;
  readonly error?: string;
  readonly class?: string;
}

const OUTSIDE = /^(stripe|carrier|twilio|smtp|mongodb|rabbitmq|redis)\b|look-up/i;
const IDS = /\b([0-9a-f]{8}-[0-9a-f-]{27}(\.\w+)?|(pi|ch|re|evt|req|pm)_\w+)\b/g;

/** Reads the logs of all processes in a folder, JSON lines as the runtime writes them. */
export function problemsIn(folder: string): LogProblems {
  const lines = readdirSync(folder).flatMap((file) => linesOf(readFileSync(join(folder, file), 'utf8')));
  const about = ({ worker, error }: Line) => `${worker}: ${(error ?? '').replace(IDS, '…').slice(0, 200)}`;
  const retried = new Map<string, number>();
  const providers = new Map<string, number>();
  for (const line of lines.filter(({ msg }) => msg === 'retry')) {
    count(retried, about(line));
    if (line.class === 'dependency' || OUTSIDE.test(line.error ?? '')) count(providers, about(line));
  }
  return {
    circuits: lines
      .filter(({ msg }) => msg === 'a dependency is down: consumer paused')
      .map(({ worker, dependency }) => `${worker} for ${dependency}`),
    deadLettered: lines.filter(({ msg }) => msg === 'dead-letter').map(about),
    providers: [...providers].map(([what, times]) => `${what} (${times})`),
    retried,
  };
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}

const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
