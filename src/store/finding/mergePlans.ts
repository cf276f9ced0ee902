import type { SearchPlan } from '../views.js';

/** What a search of several databases goes through: one after the other, each newest first. */
export function mergePlans(plans: readonly SearchPlan[]): SearchPlan {
  const sum = (of: (plan: SearchPlan) => number): number => plans.reduce((total, plan) => total + of(plan), 0);
  const indexes = plans.flatMap((plan) => plan.index ?? []);
  return {
    pieces: plans.flatMap((plan) => plan.pieces),
    solutions: sum((plan) => plan.solutions),
    all: sum((plan) => plan.all),
    left: sum((plan) => plan.left),
    index:
      indexes.length < Math.max(1, plans.length)
        ? null
        : { indexed: indexes.reduce((n, i) => n + i.indexed, 0), groups: indexes.reduce((n, i) => n + i.groups, 0) },
  };
}
