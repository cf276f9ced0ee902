/** Every backend an experiment can name. */
import type { Experiment } from '../experiment/schema.js';
import type { Backends, Place, TrainerProgram } from '../launch/backend.js';
import { importerProgram } from '../launch/importerProgram.js';
import { programsIn } from '../launch/ownPrograms.js';
import { type CommandOptions, followedCommand } from './command/resolveCommand.js';
import { embeddedTrainer } from './embedded.js';
import { endpointQuestions } from './endpoint.js';
import { pythonTrainer } from './python.js';

type Backend = (options: CommandOptions, experiment: Experiment, place: Place, folder: string) => Promise<TrainerProgram>;

const trainers: Record<Experiment['backend'], Backend> = {
  embedded: embeddedTrainer,
  python: pythonTrainer,
  command: followedCommand,
  endpoint: endpointQuestions,
};

/** Makes the programs of runs, with the Node and Python of this machine. */
export const backends = (options: CommandOptions): Backends => ({
  trainer: async (experiment, place, folder) => {
    if (place.python !== undefined && experiment.backend !== 'command') throw new Error(needsNode(experiment));
    return trainers[experiment.backend](options, experiment, place, folder);
  },
  follower: (place) => importerProgram(programsIn(options.distFolder), place.directory, options.python),
});

const needsNode = ({ name, backend, launch }: Experiment): string =>
  `${name} cannot run on ${launch.target.name}: the backend ${backend} needs Node and GRPO Lab's own programs, and only Python is there. Take the backend command, or leave launch.target out.`;
