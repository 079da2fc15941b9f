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
  try {
    await scenario(simulation);
    await quiesce(simulation);
    const wrong = [...(await externalProblems(simulation)), ...(await simulation.audit())];
    if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong:\n  ${wrong.join('\n  ')}`);
  } catch (error) {
    const { message } = error as Error;
    const parts = [message, ...(script === undefined ? [] : [script]), 'What happened:', ...simulation.journal];
    throw new Error(parts.join('\n'), { cause: error });
  } finally {
    simulation.release();
  }
}
