import type { z } from 'zod';

/** The first issue as `path: message`. */
export function describeIssue(error: z.ZodError): string {
  const issue = deepestIssue(error.issues[0]);
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** For a union, the issue of the branch whose validation got furthest: it says most about what is wrong. */
function deepestIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const deepest = inner.sort((a, b) => b.path.length - a.path.length).at(0);
  if (deepest === undefined || deepest.path.length === 0) return issue;
  const found = deepestIssue(deepest);
  return { ...found, path: [...issue.path, ...found.path] };
}
