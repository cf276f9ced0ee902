import type { Rule } from 'eslint';

export const rooms: Record<string, readonly string[]>;
export function roomOf(path: string): { name: string; place: string } | null;
export function whyBarred(file: string, specifier: string): string | null;
export const roomsRule: Rule.RuleModule;
