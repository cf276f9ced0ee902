import { workspace } from 'vscode';
import type { ExperimentFile } from '../../experiment/lineage.js';
import { parseExperiment } from '../../experiment/parse.js';
import type { Subject } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { PlannedExperiment } from '../../contracts/planner.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import { plannerInput } from './plannerInput.js';

/** The experiment that a plan is about, among the files of the workspace or as a run has kept it; null when it cannot be read. */
export async function plannedExperiment(
  about: Subject,
  files: ExperimentFiles,
  store: StoreClientQueries,
): Promise<PlannedExperiment | null> {
  const experimentFiles = await readable(files);
  const file = 'run' in about ? await ofRun(about.run, store) : experimentFiles.find((f) => f.experiment.name === about.experiment);
  return file ? plannerInput(file, experimentFiles) : null;
}

async function ofRun(id: string, store: StoreClientQueries): Promise<ExperimentFile | undefined> {
  const run = await store.run(id);
  return run ? experimentIn(run.source, run.experimentPath ?? '').at(0) : undefined;
}

async function readable(files: ExperimentFiles): Promise<ExperimentFile[]> {
  const found = await Promise.all(
    (await files.all()).map(async ({ uri }) =>
      workspace.fs.readFile(uri).then(
        (data) => experimentIn(new TextDecoder().decode(data), uri.fsPath),
        () => [],
      ),
    ),
  );
  return found.flat();
}

function experimentIn(source: string, path: string): ExperimentFile[] {
  const { experiment } = parseExperiment(source);
  return experiment ? [{ path, experiment }] : [];
}
