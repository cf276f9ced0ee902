import { noPart, noteLabel } from './labelRows.js';

/**
 * Which marks stand, as SQL: rows of `marks m` with whose they are. What is about a group or a solution counts as long as the group's event
 * does. A label that several people gave or took away is as the last of them left it, by time and then by the name of the file; each
 * one's note stands beside the others'.
 * @param condition which of the marks, in SQL over `m`
 */
export const marksThatStand = (condition: string): string => `
  SELECT m.*, f.author, f.name FROM marks m CROSS JOIN label_files f ON f.id = m.file
  WHERE ${condition} AND m.removed = 0
    AND (m.grp = ${noPart} OR m.seq = (SELECT seq FROM groups WHERE run = m.run AND step = m.step AND grp = m.grp))
    AND (m.label = '${noteLabel}' OR NOT EXISTS (
      SELECT 1 FROM marks o CROSS JOIN label_files h ON h.id = o.file
      WHERE o.run = m.run AND o.step = m.step AND o.grp = m.grp AND o.solution = m.solution AND o.label = m.label AND o.seq = m.seq
        AND (o.time, h.name) > (m.time, f.name)))`;

/** The marks of a solution s of a group g of a run: its own, and those of its group, its step and its run. */
export const marksAbout = (condition: string): string =>
  marksThatStand(
    `m.run = g.run AND m.step IN (${noPart}, g.step) AND m.grp IN (${noPart}, g.grp) AND m.solution IN (${noPart}, s.id & 65535) AND ${condition}`,
  );
