/** Traces t that speak of the text which is shown of group g: those of a former telling do not. */
export const tracesOfGroup = 't.run = g.run AND t.step = g.step AND t.grp = g.grp AND (g.retold IS NULL OR t.seq > g.seq)';
