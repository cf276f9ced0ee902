/** Every backend an experiment can name. */
import type { Experiment } from '../experiment/schema.js';
import type { CommandFor, TrainerCommand } from '../launch/backend.js';
import { type CommandOptions, followedCommand } from './command/resolve.js';
import { embeddedCommand } from './embedded.js';

type Backend = (options: CommandOptions, experiment: Experiment, runDirectory: string) => Promise<TrainerCommand>;

const commands: Record<Experiment['backend'], Backend> = { embedded: embeddedCommand, command: followedCommand };

/** How experiments become commands on this machine. */
export function backends(options: CommandOptions): CommandFor {
  return (experiment, runDirectory) => commands[experiment.backend](options, experiment, runDirectory);
}
