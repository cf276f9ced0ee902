/** One colour for what is the same work, whatever a trainer calls it. Pure. */

const hues = ['blue', 'green', 'orange', 'purple', 'yellow', 'red'] as const;
type Hue = (typeof hues)[number];

/** The first that fits. */
const words: readonly (readonly [RegExp, Hue])[] = [
  [/eval|test|valid/, 'purple'],
  [/sampl|gen|roll|explor/, 'blue'],
  [/grad(e|ing)|reward|verif|scor|judg/, 'orange'],
  [/sync|weight|transfer|broadcast/, 'red'],
  [/record|save|checkpoint|dump|log$/, 'yellow'],
  [/train|update|actor|optim|backward/, 'green'],
];

/**
 * The class of each name, `phase-blue` or the paler `phase-blue pale`: the colour of its work where that is free, else one that is.
 * @param names at most twelve get colours of their own; `other` and those beyond are grey
 */
export function phaseColors(names: readonly string[]): string[] {
  const free = [...hues, ...hues.map((h) => `${h} pale`)];
  const take = (color: string): string => {
    free.splice(free.indexOf(color), 1);
    return `phase-${color}`;
  };
  const wanted = names.map((name) => (name === 'other' ? undefined : words.find(([word]) => word.test(name))?.[1]));
  const first = names.map((_, k) => {
    const hue = wanted[k];
    const color = hue === undefined ? undefined : [hue, `${hue} pale`].find((c) => free.includes(c));
    return color === undefined ? undefined : take(color);
  });
  return names.map((name, k) => first[k] ?? (name === 'other' || free.length === 0 ? 'phase-grey' : take(free[0])));
}
