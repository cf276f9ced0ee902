/** `grpo-lab label RUN [STEP [GROUP [SOLUTION]]] NAME…`: labels and notes, beside the run. */
import { authorIn } from '../../labelling/author.js';
import { changeMarks, type MarkChange } from '../../labelling/changeMarks.js';
import { addressPath, parseRunAddress, type RunAddress } from '../../protocol/address.js';
import { labelOf, longestLabel, longestNote } from '../../protocol/labelName.js';
import { runOf, type CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import { marksOf } from '../show/showMarks.js';

export interface LabelOptions {
  remove?: boolean;
  note?: string;
  author?: string;
}

export async function label(session: CliSession, reference: string, words: readonly string[], options: LabelOptions): Promise<ExitCode> {
  const { output } = session;
  const store = await session.queries();
  const { address, names } = meant(reference, words);
  const run = findRun(address.run, await knownRuns(store)).id;
  const target = { ...address, run };
  const { directory } = runOf(store, run);
  const author = await authorIn(session.folder, { name: options.author ?? '', from: 'GRPO_LAB_AUTHOR or --author' });
  const change = changeOf(names, options);
  const { marked } = await changeMarks(store, { run, directory, author: author.name, targets: [target], change });
  if (marked === 0) throw new CliError(`There is nothing at ${addressPath(target)}: nothing was written.`, exit.usage);
  const answers = await session.queries(run);
  const { marks, facts } = await marksOf(answers, target);
  output.line(`${addressPath(target)}, as ${author.name} (${author.from})`);
  output.facts(facts);
  if (marks.length === 0) output.line('  no label and no note');
  output.value({ path: addressPath(target), author, marks });
  return exit.ok;
}

/** An address as it is printed, or a run and numbers as a person counts them. */
function meant(reference: string, words: readonly string[]): { address: RunAddress; names: readonly string[] } {
  const address = parseRunAddress(reference);
  if (address?.grades !== undefined || address?.timeline || address?.doctor || address?.questions)
    throw new CliError(`${reference} is a page; labels are given to a run, a step, a group or a solution.`, exit.usage);
  if (address) return { address, names: words };
  const first = words.findIndex((word) => !/^\d{1,9}$/.test(word));
  const numbers = words.slice(0, Math.min(3, first < 0 ? words.length : first)).map(Number);
  const [step, group, solution] = numbers as (number | undefined)[];
  if (group === 0 || solution === 0) throw new CliError('Groups and solutions are counted from 1.', exit.usage);
  return {
    address: {
      run: reference,
      ...(step !== undefined && { step }),
      ...(group !== undefined && { group: group - 1 }),
      ...(solution !== undefined && { solution: solution - 1 }),
    },
    names: words.slice(numbers.length),
  };
}

function changeOf(words: readonly string[], { remove, note }: LabelOptions): MarkChange {
  if (words.length === 0 && note === undefined)
    throw new CliError(
      'Name a label, or write a note with --note; up to three numbers before it are step, group and solution.',
      exit.usage,
    );
  const names = words.map((word) => {
    const name = labelOf(word);
    if (name === undefined) throw new CliError(`"${word}" cannot be a label: it has 1 to ${longestLabel} characters.`, exit.usage);
    return name;
  });
  if (note !== undefined && note.length > longestNote)
    throw new CliError(`A note has at most ${longestNote.toLocaleString('en-US')} characters.`, exit.usage);
  return {
    add: remove ? [] : names,
    remove: remove ? names : [],
    ...(note !== undefined && { note: note.trim() === '' ? null : note }),
  };
}
