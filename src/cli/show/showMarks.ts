import { allRows } from '../../core/listPages.js';
import { exactTime } from '../../core/format.js';
import type { RunAddress } from '../../protocol/address.js';
import type { StoreQueries } from '../../store/questions.js';
import type { Mark } from '../../store/views.js';

/** What people said of exactly this, and as facts of a list: labels, then notes, each with who said it and when. */
export async function marksOf(store: StoreQueries, address: RunAddress): Promise<{ marks: Mark[]; facts: [string, string][] }> {
  const { run, step, group, solution } = address;
  const marks = await allRows((after) => store.marks(run, { step, group, solution }, { after }));
  const facts = (what: 'label' | 'note'): [string, string][] =>
    marks.flatMap(({ [what]: text, author, time }) => (text === null ? [] : [[what, `${text} (${author}, ${exactTime(time)})`]]));
  return { marks, facts: [...facts('label'), ...facts('note')] };
}
