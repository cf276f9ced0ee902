import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Start } from '../../launch/start.js';
import { environmentFacts } from './environmentFacts.js';
import { environmentLines, type EnvironmentLine } from './environmentChecks.js';
import { usesPython } from './neededPackages.js';

/**
 * Looks at what a start needs of this machine; nothing of the training is run.
 * @param python the interpreter that `${python}` stands for
 */
export async function checkEnvironment({ experiment, folder, directory }: Start, python: string): Promise<EnvironmentLine[]> {
  const { policy } = experiment;
  const model = 'model' in policy ? resolve(folder, policy.model) : null;
  return environmentLines(
    experiment,
    await environmentFacts({
      python: usesPython(experiment) ? python : null,
      runsDir: dirname(directory),
      // A name on a hub is no folder.
      model: model !== null && statSync(model, { throwIfNoEntry: false })?.isDirectory() ? model : null,
    }),
  );
}

const marks: Readonly<Record<EnvironmentLine['state'], string>> = { fine: '✓', fails: '✗', unknown: '?' };

/** `✗ packages: not installed: trl`, and under it what mends it. */
export const environmentText = ({ subject, state, text, mend }: EnvironmentLine): string =>
  `${marks[state]} ${subject}: ${text}${mend === '' ? '' : `\n  → ${mend}`}`;

/** What stands in the way of some starts, each thing once: a chain of runs needs the same of a machine. */
export async function troubleOf(starts: readonly Start[], python: string): Promise<string[]> {
  const lines = (await Promise.all(starts.map((start) => checkEnvironment(start, python)))).flat();
  return [...new Set(lines.filter((l) => l.state === 'fails').map(environmentText))];
}
