/** Every backend an experiment can name. */
import type { Experiment } from '../experiment/schema.js';
import type { CommandFor } from '../launch/backend.js';
import { embeddedCommand, type EmbeddedOptions } from './embedded.js';

const commands: Record<Experiment['backend'], typeof embeddedCommand> = { embedded: embeddedCommand };

/** How experiments become commands on this machine. */
export function backends(options: EmbeddedOptions): CommandFor {
  return (experiment, runDirectory) => commands[experiment.backend](options, experiment, runDirectory);
}
