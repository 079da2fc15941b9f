import { act } from './act.ts';
import { comeToRest } from './come-to-rest.ts';
import { type Command, told } from './commands.ts';
import { verdict } from './oracle.ts';
import type { System } from './system.ts';
import { newWorld, type World } from './world.ts';

/**
 * Plays a story in a world of its own and lets it come to rest.
 * @param look at the world before it is judged
 * @throws Error with everything that is wrong then, the commands, to be pasted into a test, and what happened
 */
export async function play(
  system: System,
  commands: readonly Command[],
  look: (world: World) => Promise<void> = async () => {},
): Promise<void> {
  const tell = async (world: World) => {
    for (const command of commands) await act(world, command);
    await comeToRest(world);
    await look(world);
  };
  await inWorld(system, tell, told(commands));
}

/** The same for a story that is told by code. */
export async function inWorld(system: System, tell: (world: World) => Promise<void>, script?: string): Promise<void> {
  const world = await newWorld(system);
  try {
    await tell(world);
    await comeToRest(world);
    const wrong = [...(await verdict(world)), ...(await world.audit())];
    if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong:\n  ${wrong.join('\n  ')}`);
  } catch (error) {
    const { message } = error as Error;
    const parts = [message, ...(script === undefined ? [] : [script]), 'What happened:', ...world.story];
    throw new Error(parts.join('\n'), { cause: error });
  } finally {
    world.release();
  }
}
