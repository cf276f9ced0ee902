/** At which temperature log-probabilities are: those of two temperatures are of two distributions, and no number is made of both. */

/** Null: nobody said. */
export interface LogpTemperatures {
  /** Of the trainer's: log π_old, log π_ref, log π_θ, and the KL and ratio made of them. */
  trainer: number | null;
  /** Of those that the sampling engine gave. */
  sampler: number | null;
}

/** As run.json says: where it is silent of the sampling engine's, they are at the trainer's. */
export function logpTemperatures(
  sampling: { logp_temperature?: unknown; logp_sampler_temperature?: unknown } | undefined,
): LogpTemperatures {
  const known = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const trainer = known(sampling?.logp_temperature);
  return { trainer, sampler: known(sampling?.logp_sampler_temperature) ?? trainer };
}

/** `untempered (T = 1)`, `at T = 0.6`, `temperature unknown` */
export const temperatureText = (temperature: number | null): string =>
  temperature === null ? 'temperature unknown' : temperature === 1 ? 'untempered (T = 1)' : `at T = ${temperature}`;

export const areOfTwoTemperatures = ({ trainer, sampler }: LogpTemperatures): boolean =>
  trainer !== null && sampler !== null && trainer !== sampler;

/** Why no difference is made of sampler and trainer. */
export const twoTemperaturesText = ({ trainer, sampler }: LogpTemperatures): string =>
  `The sampler’s log-probabilities are ${temperatureText(sampler)}, the trainer’s ${temperatureText(trainer)}: of two distributions no difference or ratio is made.`;
