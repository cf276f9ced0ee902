/** The weights that an experiment starts from, where they can be sampled from on this machine. */
import { join } from 'node:path';
import { parseFrom, noReference, resolveFrom } from '../experiment/lineage.js';
import type { Generator } from '../experiment/data.js';
import { experimentSchema, type Experiment } from '../experiment/schema.js';
import type { Jobs } from '../launch/jobs.js';
import { runsNamed } from '../launch/originCandidates.js';
import { originCheckpoint } from '../protocol/checkpointPath.js';
import { readIdentity } from '../protocol/identity.js';

export interface StartingCheckpoint {
  /** Of the file. */
  path: string;
  /** `arith-sft-1 at step 400` */
  label: string;
  /** Of the questions it learned from: whether it writes programs. */
  generator: Generator | null;
}

/** Why it cannot be sampled from, and what to do about it. */
export interface NoPolicy {
  because: string;
  record: string;
}

const serve = 'serve the policy and name the server: --endpoint URL --model NAME, or an endpoint of the settings';

/** @throws IdentityError when the run it starts from cannot be read */
export async function startingPolicy(experiment: Experiment, runsDir: string, jobs: Jobs): Promise<StartingCheckpoint | NoPolicy> {
  const { policy } = experiment;
  if ('endpoint' in policy) return { because: 'its policy is behind a server', record: serve };
  if ('model' in policy) return { because: `${policy.model} is not a checkpoint that can be read here`, record: serve };
  if (!('from' in policy))
    return {
      because: 'its policy is a fresh model, which writes noise',
      record: 'start from a checkpoint (policy.from), such as one that SFT has made',
    };
  const reference = parseFrom(policy.from);
  if (!reference) return { because: noReference(policy.from), record: 'correct policy.from' };
  const resolved = await resolveFrom({ kind: 'parent', from: policy.from }, await runsNamed(runsDir, reference.target, jobs));
  if (resolved.kind === 'live')
    return { because: `${resolved.run} is still training`, record: 'wait for it, or name a step that it has with @step' };
  if (resolved.kind !== 'found') return { because: unstopped(resolved.message), record: `launch ${reference.target} first` };
  const { run, step } = resolved.at;
  const identity = readIdentity(join(runsDir, run));
  if (identity?.backend !== 'embedded') return { because: `the checkpoint of ${run} is not one of the embedded trainer`, record: serve };
  const data = experimentSchema.safeParse(identity.experiment.resolved).data?.data;
  const generator = data && 'generator' in data ? data.generator : null;
  return { path: originCheckpoint(runsDir, resolved.at), label: `${run} at step ${step}`, generator };
}

/** A sentence as a part of one. */
const unstopped = (sentence: string): string => sentence.replace(/\.$/, '');
