import { stageOf } from '../../core/methods.js';
import type { RunAddress } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { isLive } from '../../store/views.js';
import type { Absence } from '../../contracts/everyPage.js';

/** Which part of an address does not exist, looked up from the run down. */
export async function absenceOf(
  { run, step = 0, group }: RunAddress,
  store: Pick<StoreClientQueries, 'run' | 'step' | 'groups'>,
): Promise<Absence> {
  const found = await store.run(run);
  if (!found) return { what: 'run' };
  const { name, method } = found;
  const live = isLive(found.state);
  const summary = await store.step(run, step);
  if (!summary) return { what: 'step', name, newest: found.step, live };
  if (summary.groups === 0) {
    const stage = stageOf(method);
    return { what: 'groups', name, live, samples: stage !== 'sft' && stage !== 'pretraining' };
  }
  const page = { limit: 1, ...(group !== undefined && group > 0 && { after: group - 1 }) };
  const listedGroup = (await store.groups(run, step, page)).rows.find((g) => g.group === group);
  return listedGroup ? { what: 'solution', size: listedGroup.size } : { what: 'group', groups: summary.groups, live };
}
