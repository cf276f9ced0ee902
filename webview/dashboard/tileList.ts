/** Which numbers answer "how is it going?". Pure. */
import { leads, type MetricRole } from '../../src/core/metricRole.js';

/** A place for one number: the first of these metrics that the run has, else what looks most like it. */
interface Place {
  metrics: readonly string[];
  role?: MetricRole;
}

const heldOut: Place = { metrics: ['accuracy/held_out', 'accuracy/validation'], role: 'held-out' };
const reward: Place = { metrics: ['reward/mean', 'accuracy/train'], role: 'reward' };
const speed: Place = { metrics: ['tokens/per_second'] };
const withRewards: readonly Place[] = [
  reward,
  heldOut,
  { metrics: ['reward_model/accuracy'] },
  { metrics: ['kl'], role: 'kl' },
  { metrics: ['entropy'], role: 'entropy' },
  { metrics: ['length/mean'], role: 'length' },
  { metrics: ['groups/zero_std'] },
  { metrics: ['length/truncated'] },
  speed,
];
const withoutRewards: readonly Place[] = [
  { metrics: ['loss'], role: 'loss' },
  { metrics: ['loss/held_out', 'loss/validation'] },
  heldOut,
  { metrics: ['kl'], role: 'kl' },
  { metrics: ['entropy'], role: 'entropy' },
  { metrics: ['grad_norm'] },
  { metrics: ['learning_rate'] },
  speed,
];

/** @param names metrics that the run has, sorted */
export function tileMetrics(names: readonly string[]): string[] {
  const has = new Set(names);
  const byRole = leads(names);
  const found = ({ metrics, role }: Place): string | undefined =>
    metrics.find((m) => has.has(m)) ?? (role === undefined ? undefined : byRole[role].at(0));
  const places = found(reward) === undefined ? withoutRewards : withRewards;
  return [...new Set(places.flatMap((place) => found(place) ?? []))];
}
