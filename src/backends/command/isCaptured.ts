import type { Experiment } from '../../experiment/schema.js';

/** As the command says, else whether it runs TRL: a word of its arguments is of TRL, or what is followed is. */
export const isCaptured = ({ command }: Pick<Experiment, 'command'>): boolean =>
  command !== undefined &&
  (command.capture ??
    (command.run.some((word) => /^trl(?:$|\.)/.test(word) || /(?:^|\/)trl$/.test(word)) ||
      command.watch.some(({ format }) => format === 'trl')));
