import { act } from './act.ts';
import { type Command, describeCommands } from './commands.ts';
import { externalProblems } from './external-checks.ts';
import { quiesce } from './quiesce.ts';
import { newSimulation, type Simulation } from './simulation.ts';
import type { System } from './system.ts';

/**
 * Runs commands in a simulation of their own until it is quiescent, and checks it.
 * @param look at the simulation before the checks
 * @throws Error with everything that is wrong then, the commands, to be pasted into a test, and what happened
 */
export async function play(
  system: System,
  commands: readonly Command[],
  look: (simulation: Simulation) => Promise<void> = async () => {},
): Promise<void> {
  const scenario = async (simulation: Simulation) => {
    for (const command of commands) await act(simulation, command);
    await quiesce(simulation);
    await look(simulation);
  };
  await runSimulation(system, scenario, describeCommands(commands));
}

/** The same for a scenario in code. */
export async function runSimulation(
  system: System,
  scenario: (simulation: Simulation) => Promise<void>,
  script?: string,
): Promise<void> {
  const simulation = await newSimulation(system);
  const hang = hangOf(simulation);
  try {
    await Promise.race([scenario(simulation).then(() => quiesce(simulation)), hang.found]);
    const wrong = [...(await externalProblems(simulation)), ...(await simulation.audit())];
    if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong:\n  ${wrong.join('\n  ')}`);
  } catch (error) {
    const { message } = error as Error;
    const parts = [message, ...(script === undefined ? [] : [script]), 'What happened:', ...simulation.journal];
    throw new Error(parts.join('\n'), { cause: error });
  } finally {
    hang.over();
    simulation.release();
  }
}

/** A simulation takes a second or two; whatever takes this long waits for something that never comes. */
const HANGS_AFTER_MS = 120_000;

function hangOf(simulation: Simulation): { readonly found: Promise<never>; over(): void } {
  let timer: NodeJS.Timeout | undefined;
  const found = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const { name, steps } = simulation.last();
      reject(new Error(`it hangs: ${name}, after ${steps.join(', ') || 'no step'}`));
    }, HANGS_AFTER_MS);
  });
  return { found, over: () => clearTimeout(timer) };
}
