import type { Start } from '../../launch/start.js';
import { environmentOf } from '../environmentOf.js';
import { isCaptured } from './isCaptured.js';
import { trainCommand } from '../python.js';
import { resolveCommand, shownCommand } from './resolveCommand.js';

/**
 * The lines that a person reads before a start: everything that runs and is not GRPO Lab's own.
 * @param beforeOption where an option of the program begins: a line break and an indent where lines are narrow
 * @returns program and arguments, folder, environment and what is followed, a line each; null for the embedded trainer alone
 */
export function shownStart({ experiment, folder, cwd, directory, resume }: Start, python: string, beforeOption = ' '): string[] | null {
  const env = environmentOf(experiment);
  const { policy } = experiment;
  if ('endpoint' in policy) return [`asks ${policy.endpoint.model} at ${policy.endpoint.url}`, ...environment(env)];
  if (experiment.backend === 'python')
    return [
      shownCommand([...trainCommand(experiment, python, directory), ...(resume ? ['--resume'] : [])], beforeOption),
      `in ${cwd}`,
      ...environment(env),
    ];
  if (experiment.backend === 'embedded') return Object.keys(env).length === 0 ? null : ['the embedded trainer', ...environment(env)];
  const command = resolveCommand(experiment, folder, directory, python);
  return [
    shownCommand(resume ? [...command.argv, ...command.resume] : command.argv, beforeOption),
    `in ${command.cwd}`,
    ...environment(command.env),
    ...command.watch.map((w) => `followed: ${w.path} (${w.format ?? 'format found out'})`),
    ...(isCaptured(experiment) ? ['captured: every Python of it loads a hook of GRPO Lab (command.capture: false leaves it out)'] : []),
  ];
}

/** A variable can make any program run another one: it is shown like an argument. */
const environment = (env: Record<string, string>): string[] =>
  Object.entries(env).map(([name, value]) => `with ${name}=${shownCommand([value])}`);
