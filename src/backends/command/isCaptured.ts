import type { Experiment } from '../../experiment/schema.js';

/** Whether the command runs TRL: a word of its arguments is of TRL, or what is followed is. */
export const runsTrl = ({ command }: Pick<Experiment, 'command'>): boolean =>
  command !== undefined &&
  (command.run.some((word) => /^trl(?:$|\.)/.test(word) || /(?:^|\/)trl$/.test(word)) ||
    command.watch.some(({ format }) => format === 'trl'));

/** As the command says, else whether it runs TRL. */
export const isCaptured = (experiment: Pick<Experiment, 'command'>): boolean => experiment.command?.capture ?? runsTrl(experiment);
