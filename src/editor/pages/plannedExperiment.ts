import { workspace } from 'vscode';
import { chainOf, type ExperimentFile } from '../../experiment/lineage.js';
import { parseExperiment } from '../../experiment/parse.js';
import type { Experiment } from '../../experiment/schema.js';
import type { Subject } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/views.js';
import type { PlannedExperiment } from '../../../webview/planner/contract.js';
import type { ExperimentFiles } from '../experimentFiles.js';

/** What a memory plan begins with: an experiment's method, and the preset at the beginning of its chain. */
export async function plannedExperiment(
  about: Subject,
  files: ExperimentFiles,
  store: StoreClientQueries,
): Promise<PlannedExperiment | null> {
  const known = await readable(files);
  const asked = 'run' in about ? await ofRun(about.run, store) : known.find((f) => f.experiment.name === about.experiment);
  if (!asked) return null;
  const chain = chainOf(asked, known);
  const { policy } = (chain.ok ? chain.files[0] : asked).experiment;
  const { name, method, sampling, backend } = asked.experiment;
  const sequences = 'group_size' in method ? sampling.questions_per_step * method.group_size : null;
  return {
    name,
    method: method.name,
    preset: 'preset' in policy ? policy.preset : null,
    embedded: backend === 'embedded',
    reference: 'beta' in method ? method.beta > 0 : null,
    sequences,
    batch: 'batch_size' in method ? method.batch_size : sequences,
    maxTokens: sampling.max_tokens,
  };
}

async function ofRun(id: string, store: StoreClientQueries): Promise<ExperimentFile | undefined> {
  const run = await store.run(id);
  const experiment = run && parsed(run.source);
  return experiment ? { path: run.experimentPath ?? '', experiment } : undefined;
}

async function readable(files: ExperimentFiles): Promise<ExperimentFile[]> {
  const found = await Promise.all(
    (await files.all()).map(async ({ uri }) => {
      const experiment = parsed(new TextDecoder().decode(await workspace.fs.readFile(uri)));
      return experiment ? [{ path: uri.fsPath, experiment }] : [];
    }),
  );
  return found.flat();
}

const parsed = (source: string): Experiment | undefined => parseExperiment(source).experiment ?? undefined;
