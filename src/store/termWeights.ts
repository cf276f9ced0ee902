/** Weights of reward terms, as our experiments write them; other trainers' experiments may have none. */
export function weightsOf(reward: string | null): Record<string, number> {
  const terms: unknown = reward === null ? [] : JSON.parse(reward);
  const weights: Record<string, number> = {};
  if (!Array.isArray(terms)) return weights;
  for (const item of terms as unknown[])
    if (typeof item === 'object' && item !== null && 'term' in item && 'weight' in item)
      if (typeof item.term === 'string' && typeof item.weight === 'number') weights[item.term] = item.weight;
  return weights;
}
