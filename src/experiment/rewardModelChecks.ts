/** What an experiment with a reward model says together, and one that lacks it. */
import { methods } from '../core/methods.js';
import type { SchemaFinding } from './findings.js';
import type { Experiment } from './schema.js';
import type { KeyPath } from './yamlSource.js';

/** @param written whether the file itself has a key, rather than its default */
export function checkRewardModel(e: Experiment, written: (path: KeyPath) => boolean): (SchemaFinding & { severity?: 'warning' })[] {
  const { method } = e;
  const term = e.reward.findIndex((r) => r.term === 'reward_model');
  const at = { path: ['reward', term], at: 'value' as const };
  if (term >= 0 && e.backend !== 'embedded' && e.backend !== 'python')
    return [{ ...at, message: `The ${e.backend} backend cannot ask the embedded trainer's reward models: leave this term out.` }];
  if (term >= 0 && methods[method.name].trains === 'reward_model')
    return [{ ...at, message: `${method.name} trains a reward model by what is right; it cannot ask one: leave this term out.` }];
  if (term >= 0 && (methods[method.name].from === 'texts' || methods[method.name].trains === 'nothing')) {
    const message = `${method.name} asks no rewards: this term has no effect, and the run would wait for its reward model all the same.`;
    return [{ ...at, severity: 'warning', message }];
  }
  if (method.name !== 'grpo') return [];
  if (method.supervision === 'process' && term < 0) {
    const message = 'Process supervision needs a process reward model: add { term: reward_model, from: … } to the reward.';
    return [{ path: ['method', 'supervision'], at: 'value', message }];
  }
  const updates = ['method', 'iterations', 'reward_updates'];
  if (!method.iterations || method.iterations.reward_updates === 0 || !written(updates)) return [];
  const why =
    term < 0 ? 'the reward has no reward_model term' : method.supervision === 'process' ? 'a process reward model stays as it is' : null;
  return why === null ? [] : [{ path: updates, at: 'value', severity: 'warning', message: `reward_updates has no effect: ${why}.` }];
}
