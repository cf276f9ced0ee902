/**
 * What the files of an evaluation call the weights that it tested: Inspect (`model`), lighteval (`model_name`) and lm-eval
 * (`model_args`, where `model` is a kind of server); of a server that was asked from here, `policy.endpoint.model`. Pure.
 * @param resolved the run's settings
 * @returns null when they do not say
 */
export function modelOf({ model, model_name: name, model_args: args, policy }: Record<string, unknown>): string | null {
  const served = keyOf(keyOf(policy, 'endpoint'), 'model');
  if (typeof served === 'string') return served;
  const given = typeof args === 'object' && args !== null ? (args as Record<string, unknown>).pretrained : args;
  const pretrained = typeof given === 'string' ? (/(?:^|,)pretrained=([^,]+)/.exec(given)?.[1] ?? (args === given ? null : given)) : null;
  return pretrained ?? [name, model].find((m) => typeof m === 'string') ?? null;
}

const keyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
