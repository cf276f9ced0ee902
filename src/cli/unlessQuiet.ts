import { QuietRunError } from '../launch/supervisor.js';
import { CliError } from './exit.js';

/** Does what a run that may still live refuses, and says with which option a person takes it upon them. */
export async function unlessQuiet<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QuietRunError)) throw error;
    throw new CliError(`${error.message}\nIf you know that it has, say so with --sure.`);
  }
}
