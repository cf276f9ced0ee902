/**
 * What the files of an evaluation call the weights that it tested: Inspect (`model`), lighteval (`model_name`) and lm-eval
 * (`model_args`, where `model` is a kind of server). Pure.
 * @param resolved the run's settings
 * @returns null when they do not say
 */
export function modelOf({ model, model_name: name, model_args: args }: Record<string, unknown>): string | null {
  const given = typeof args === 'object' && args !== null ? (args as Record<string, unknown>).pretrained : args;
  const pretrained = typeof given === 'string' ? (/(?:^|,)pretrained=([^,]+)/.exec(given)?.[1] ?? (args === given ? null : given)) : null;
  return pretrained ?? [name, model].find((m) => typeof m === 'string') ?? null;
}
