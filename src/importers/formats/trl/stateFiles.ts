/** Which files are states of a transformers trainer: by their keys, whatever they are called. */
import { firstBytesSync } from '../../files/peek.js';
import type { SeveralRuns, SourceFile } from '../../importer.js';
import { before, fileRuns, runsBy } from '../../severalRuns.js';

const stateName = /(?:^|\/)(?:checkpoint-\d+\/)?trainer_state\.json$/;
const checkpoint = /(?:^|\/)checkpoint-(\d+)\//;
/** transformers writes its keys sorted: the list comes behind a few short ones. */
const headBytes = 64 * 1024;
const history = /^\uFEFF?\s*\{[^]*?"log_history"\s*:\s*\[\s*\{/;
/** JSON files that are looked into when none has the usual name: a folder may hold a great many. */
const looked = 200;

export interface StateHead {
  file: SourceFile;
  /** Whether its first entries tell rewards: a run of reinforcement learning, or another one. */
  rewarded: boolean;
}

/** @returns null for a file that is none */
export function stateHead(file: SourceFile): StateHead | null {
  const head = firstBytesSync(file.path, headBytes).toString('utf8');
  return history.test(head) ? { file, rewarded: /"reward(?:_std)?"\s*:/.test(head) } : null;
}

/** Those of the usual name; where there is none, those of another name that have the keys. */
export function stateFiles(files: readonly SourceFile[]): SourceFile[] {
  const usual = files.filter(({ name }) => stateName.test(name));
  if (usual.length > 0) return usual;
  return files
    .filter(({ name }) => /\.json$/i.test(name))
    .slice(0, looked)
    .filter((file) => stateHead(file) !== null);
}

/** A checkpoint's log has all that went before it: only the last one is read, and the final one of the folder itself before any. */
export function newestState(files: readonly SourceFile[]): SourceFile | undefined {
  const steps = stateFiles(files).map((file) => ({ file, step: Number(checkpoint.exec(file.name)?.[1] ?? Infinity) }));
  return steps.sort((a, b) => a.step - b.step || a.file.modified - b.file.modified).at(-1)?.file;
}

const onlyOne = 'Only the trainer state that goes furthest is read.';
const usualRuns = runsBy(before(stateName), onlyOne);

/** A folder of one run each; of other names each file is a run. */
export const stateRuns: SeveralRuns = {
  async runs(source) {
    const usual = await usualRuns.runs(source);
    return usual.length > 0 ? usual : fileRuns(stateFiles(source.listed));
  },
  together: () => onlyOne,
};
