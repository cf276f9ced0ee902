/**
 * Every run, step, group and solution has an address, and so has what another checker says of a run. The last path segment is what a person reads on a tab:
 * `/runs/arith-grpo-3-k3f9/step 42/group 7/solution 3`.
 * Group and solution numbers are 1-based in the address (what a person reads), 0-based in `Address` (what events carry).
 */
export interface Address {
  run: string;
  step?: number;
  group?: number;
  solution?: number;
  /** A file of grades of the run: where its checker disagrees with the run's own. Stands without a step. */
  grades?: string;
}

export function addressPath(a: Address): string {
  let path = `/runs/${encodeURIComponent(a.run)}`;
  if (a.grades !== undefined) return `${path}/grades/${encodeURIComponent(a.grades)}`;
  if (a.step === undefined) return path;
  path += `/step ${a.step}`;
  if (a.group === undefined) return path;
  path += `/group ${a.group + 1}`;
  return a.solution === undefined ? path : `${path}/solution ${a.solution + 1}`;
}

/** @returns the address, or undefined when the path is not one (never throws: links come from outside). */
export function parseAddress(path: string): Address | undefined {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const grades = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/grades\/([a-z0-9][a-z0-9._-]{0,99})$/.exec(plain);
  if (grades) return { run: grades[1], grades: grades[2] };
  const m = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)(?:\/step (\d{1,9})(?:\/group (\d{1,9})(?:\/solution (\d{1,9}))?)?)?$/.exec(plain);
  if (!m) return undefined;
  const [, run, step, group, solution] = m as unknown as [string, string, ...(string | undefined)[]];
  const address: Address = { run };
  if (step !== undefined) address.step = Number(step);
  if (group !== undefined) address.group = Number(group) - 1;
  if (solution !== undefined) address.solution = Number(solution) - 1;
  return (address.group ?? 0) < 0 || (address.solution ?? 0) < 0 ? undefined : address;
}
