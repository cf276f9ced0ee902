/** Pythons with trainers that `npm run trainers` has installed (scripts/lib/trainers.mjs), by name. */
const known = JSON.parse(process.env.GRPO_LAB_E2E_TRAINERS ?? '{}') as Partial<Record<string, { python?: string; missing?: string }>>;

/** @returns the executable, '' when there is none, and then why */
export const trainerPython = (name: string): { python: string; missing: string } => ({
  python: known[name]?.python ?? '',
  missing: known[name]?.missing ?? `There is no Python with ${name}.`,
});
