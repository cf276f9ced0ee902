/**
 * The schema, one migration after another; `PRAGMA user_version` counts those applied. A released migration is never
 * changed: what it made is rebuilt from the run directories when a later one needs it to be.
 *
 * Rows carry the sequence number of the event they came from. Of two rows for the same thing the higher number
 * stands, and a row is superseded when a `resume` event has a higher number and an earlier step: so the order in which
 * events are read does not matter.
 */

/**
 * A migration that changes what is made of events ends with this: what it cannot fill in itself is read anew from the run
 * directories, each run when its directory is there. Until then the rows stand as they are.
 */
const readAnew = 'UPDATE runs SET stale = 1;';

export const migrations: readonly string[] = [
  `
  -- Counts the transactions that changed something: whoever knows its value at some time can ask what changed since.
  CREATE TABLE clock (now INTEGER NOT NULL);
  INSERT INTO clock VALUES (0);

  CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,            -- clock when it last changed
    gone INTEGER NOT NULL DEFAULT 0,     -- its directory was deleted; rows are removed bit by bit
    identity TEXT NOT NULL,              -- run.json
    state TEXT NOT NULL DEFAULT 'starting',
    message TEXT,
    status_seq INTEGER NOT NULL DEFAULT 0,
    status_state TEXT,
    status_step INTEGER,
    status_total INTEGER,
    status_message TEXT,
    last_seq INTEGER NOT NULL DEFAULT 0, -- newest event of any type
    last_time INTEGER,                   -- its time, ms since 1970
    unknown INTEGER NOT NULL DEFAULT 0,  -- events of unknown types
    unlisted INTEGER NOT NULL DEFAULT 0  -- problems beyond those listed in the table of that name
  );

  -- How far the run directory has been read.
  CREATE TABLE segments (run INTEGER, name TEXT, offset INTEGER, lines INTEGER, skipping INTEGER, torn INTEGER,
    PRIMARY KEY (run, name)) WITHOUT ROWID;
  CREATE TABLE seen (run INTEGER, first INTEGER, last INTEGER, PRIMARY KEY (run, first)) WITHOUT ROWID;

  CREATE TABLE problems (run INTEGER, file TEXT, line INTEGER, reason TEXT, excerpt TEXT,
    PRIMARY KEY (run, file, line)) WITHOUT ROWID;
  CREATE TABLE resumes (run INTEGER, seq INTEGER, from_step INTEGER, checkpoint TEXT, PRIMARY KEY (run, seq)) WITHOUT ROWID;
  CREATE TABLE processes (run INTEGER, seq INTEGER, time INTEGER, state TEXT, pid INTEGER, exit_code INTEGER, signal TEXT, tail TEXT,
    PRIMARY KEY (run, seq)) WITHOUT ROWID;
  CREATE TABLE logs (run INTEGER, seq INTEGER, time TEXT, level TEXT, message TEXT, step INTEGER, PRIMARY KEY (run, seq)) WITHOUT ROWID;

  -- Steps that have metrics or groups.
  CREATE TABLE steps (run INTEGER, step INTEGER, seq INTEGER, PRIMARY KEY (run, step)) WITHOUT ROWID;

  CREATE TABLE metric_names (id INTEGER PRIMARY KEY, run INTEGER, name TEXT, UNIQUE (run, name));
  CREATE TABLE metrics (metric INTEGER, step INTEGER, seq INTEGER, time INTEGER, value REAL, PRIMARY KEY (metric, step)) WITHOUT ROWID;

  CREATE TABLE benchmarks (run INTEGER, suite TEXT, mode TEXT, step INTEGER, seq INTEGER, value REAL, n INTEGER, checker TEXT,
    PRIMARY KEY (run, suite, mode, step)) WITHOUT ROWID;
  CREATE TABLE checkpoints (run INTEGER, step INTEGER, seq INTEGER, time TEXT, path TEXT, bytes INTEGER, removed INTEGER,
    PRIMARY KEY (run, step)) WITHOUT ROWID;

  -- With everything that a list of groups shows: it never reads solutions.
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL, step INTEGER NOT NULL, grp INTEGER NOT NULL, seq INTEGER NOT NULL,
    size INTEGER NOT NULL,
    correct INTEGER,
    reward_mean REAL, reward_std REAL, zero_std INTEGER NOT NULL,
    advantages BLOB NOT NULL,            -- float64, largest first, NaN for none
    length_mean REAL NOT NULL, truncated INTEGER NOT NULL, kl_mean REAL,
    question_id TEXT NOT NULL, question TEXT NOT NULL, gold TEXT, info TEXT,
    UNIQUE (run, step, grp)
  );
  CREATE INDEX groups_of_question ON groups (run, question_id, step, grp);

  -- id = group's id * 65536 + index in the group: the solutions of a group lie beside each other without an index of their own.
  CREATE TABLE solutions (
    id INTEGER PRIMARY KEY,
    reward REAL, advantage REAL, correct INTEGER, answer TEXT, finish TEXT NOT NULL, tokens INTEGER NOT NULL, kl REAL,
    rewards TEXT NOT NULL, text TEXT NOT NULL, grade TEXT
  );

  -- Apart from the solutions; each array is a kind byte and little-endian numbers.
  CREATE TABLE traces (
    run INTEGER NOT NULL, step INTEGER NOT NULL, grp INTEGER NOT NULL, solution INTEGER NOT NULL, seq INTEGER NOT NULL,
    ends BLOB NOT NULL, ids BLOB, logp_old BLOB, logp_ref BLOB, logp BLOB, kl BLOB, ratio BLOB, entropy BLOB, rank BLOB, advantage BLOB,
    UNIQUE (run, step, grp, solution)
  );
  `,
  `
  -- Verdicts of other checkers, beside those that came with the solutions. Which of them still speak of the text that is shown
  -- is found by joining on the number of the group's event: nothing here changes when a group is superseded.
  CREATE TABLE grade_files (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL, name TEXT NOT NULL,
    file_id TEXT NOT NULL,               -- of the file's first line: another file has another
    checker TEXT NOT NULL, time TEXT NOT NULL,
    offset INTEGER NOT NULL, lines INTEGER NOT NULL,
    UNIQUE (run, name)
  );
  CREATE TABLE regrades (file INTEGER, step INTEGER, grp INTEGER, solution INTEGER, seq INTEGER NOT NULL,
    was TEXT, verdict TEXT NOT NULL, grade TEXT NOT NULL, PRIMARY KEY (file, step, grp, solution)) WITHOUT ROWID;
  CREATE INDEX regrades_differing ON regrades (file, step, grp) WHERE was <> verdict;
  `,
  `
  ALTER TABLE benchmarks ADD COLUMN low REAL;
  ALTER TABLE benchmarks ADD COLUMN high REAL;
  ALTER TABLE benchmarks ADD COLUMN samples INTEGER;
  ALTER TABLE benchmarks ADD COLUMN shots INTEGER;
  ALTER TABLE benchmarks ADD COLUMN temperature REAL;
  `,
  `
  -- Of run.json: what lists compare without parsing it.
  ALTER TABLE runs ADD COLUMN name TEXT;
  -- Of the segment's first line: another file under the same name has another, and nothing read before holds for it.
  ALTER TABLE segments ADD COLUMN head TEXT;
  -- Number of the event that told this group before; of a group that was told again only traces after it count.
  ALTER TABLE groups ADD COLUMN retold INTEGER;
  -- Which folder the runs were last found in, as device and inode: an empty one that is another is a share that is not mounted.
  CREATE TABLE home (folder TEXT);
  INSERT INTO home (folder) VALUES (NULL);
  `,
  `
  -- What watchers found of runs, in files of their own. A row counts as long as the run has no event with a higher number.
  CREATE TABLE losses (run INTEGER, file TEXT, line INTEGER, seq INTEGER NOT NULL, time INTEGER, pid INTEGER NOT NULL, tail TEXT NOT NULL,
    PRIMARY KEY (run, file, line)) WITHOUT ROWID;
  `,
  `
  -- What is gone is a job; only some are processes.
  ALTER TABLE losses DROP COLUMN pid;
  `,
  `
  ALTER TABLE runs ADD COLUMN stale INTEGER NOT NULL DEFAULT 0; -- its directory must be read anew, see readAnew

  -- run.json, apart from what lists read; its parts that they show are columns.
  CREATE TABLE identities (run INTEGER PRIMARY KEY, json TEXT NOT NULL);
  INSERT INTO identities (run, json) SELECT key, identity FROM runs;
  ALTER TABLE runs DROP COLUMN identity;
  ALTER TABLE runs ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE runs ADD COLUMN experiment TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN experiment_path TEXT;
  ALTER TABLE runs ADD COLUMN backend TEXT NOT NULL DEFAULT 'unknown';
  ALTER TABLE runs ADD COLUMN method TEXT NOT NULL DEFAULT 'unknown';
  ALTER TABLE runs ADD COLUMN supervision TEXT;      -- of the method: whether each step of a solution is rewarded
  ALTER TABLE runs ADD COLUMN total_steps INTEGER;
  ALTER TABLE runs ADD COLUMN parent_run TEXT;
  ALTER TABLE runs ADD COLUMN parent_step INTEGER;
  ALTER TABLE runs ADD COLUMN reward_model_run TEXT;
  ALTER TABLE runs ADD COLUMN reward_model_step INTEGER;
  ALTER TABLE runs ADD COLUMN created TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000Z';
  ALTER TABLE runs ADD COLUMN import_source TEXT;
  ALTER TABLE runs ADD COLUMN import_format TEXT;
  ALTER TABLE runs ADD COLUMN evaluated TEXT;        -- of an evaluation of foreign weights: what the files call them
  ALTER TABLE runs ADD COLUMN trained_on TEXT NOT NULL DEFAULT '[]'; -- JSON: names of generators or data sets

  -- What lists show of the events, kept up when they are read.
  ALTER TABLE runs ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN seconds_per_step REAL;
  ALTER TABLE runs ADD COLUMN latest TEXT NOT NULL DEFAULT '{}';     -- JSON: newest values of known metrics
  ALTER TABLE runs ADD COLUMN spark TEXT;                            -- JSON, see RunSummary
  ALTER TABLE runs ADD COLUMN problems INTEGER NOT NULL DEFAULT 0;   -- listed and unlisted
  ALTER TABLE runs ADD COLUMN unsummed INTEGER NOT NULL DEFAULT 0;   -- events were read since those five were found
  CREATE INDEX runs_by_version ON runs (version);
  CREATE INDEX runs_gone ON runs (gone) WHERE gone = 1;
  CREATE INDEX runs_newest_first ON runs (created, id) WHERE gone = 0;

  -- Sums over the groups of a step: a list of steps never reads groups. Rewards and KL are those of groups that have them.
  ALTER TABLE steps ADD COLUMN groups INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN mixed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN all_right INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN all_wrong INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN solutions INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN rewarded INTEGER NOT NULL DEFAULT 0;  -- solutions
  ALTER TABLE steps ADD COLUMN reward_sum REAL NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN reward_squares REAL NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN kl_groups INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN kl_sum REAL NOT NULL DEFAULT 0;
  ${readAnew}
  `,
  `
  -- Where a trace stands, not what it holds: its arrays are nine tenths of a run, and lie in the run directory already.
  DROP TABLE traces;
  CREATE TABLE traces (
    run INTEGER NOT NULL, step INTEGER NOT NULL, grp INTEGER NOT NULL, solution INTEGER NOT NULL, seq INTEGER NOT NULL,
    segment TEXT NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, -- of its line
    PRIMARY KEY (run, step, grp, solution)
  ) WITHOUT ROWID;

  ALTER TABLE groups ADD COLUMN question_turns TEXT;       -- JSON, as in the event
  ALTER TABLE solutions ADD COLUMN turns TEXT;             -- JSON, as in the event
  ALTER TABLE solutions ADD COLUMN parent_solution INTEGER;
  ALTER TABLE solutions ADD COLUMN parent_offset INTEGER;
  ALTER TABLE solutions ADD COLUMN policy_version INTEGER;
  ALTER TABLE solutions ADD COLUMN error TEXT;
  ALTER TABLE solutions ADD COLUMN seconds REAL;

  -- Times: ms since 1970.
  CREATE TABLE spans (run INTEGER, step INTEGER, seq INTEGER, name TEXT NOT NULL, lane TEXT NOT NULL, start INTEGER, "end" INTEGER,
    PRIMARY KEY (run, seq)) WITHOUT ROWID;
  CREATE INDEX spans_of_step ON spans (run, step);
  CREATE TABLE telemetry (run INTEGER, seq INTEGER, time INTEGER, device TEXT NOT NULL, "values" TEXT NOT NULL, -- JSON
    PRIMARY KEY (run, seq)) WITHOUT ROWID;
  ${readAnew}
  `,
  `
  -- What lists are narrowed to. Of a group: solutions that have it, NULL when none is known to and of some it is not known.
  -- Of a step: groups that have it, and groups of which it is known. Of a solution: results that say that their tool failed.
  ALTER TABLE solutions ADD COLUMN tool_failures INTEGER;
  ALTER TABLE groups ADD COLUMN errors INTEGER;
  ALTER TABLE groups ADD COLUMN tool_failures INTEGER;
  ALTER TABLE groups ADD COLUMN cut INTEGER;
  UPDATE groups SET cut = nullif(truncated, 0);
  ALTER TABLE groups DROP COLUMN truncated;
  ALTER TABLE groups RENAME COLUMN cut TO truncated;
  ALTER TABLE steps ADD COLUMN errors INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN errors_known INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN tool_failures INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN tool_failures_known INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN truncated INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN truncated_known INTEGER NOT NULL DEFAULT 0;
  UPDATE steps SET truncated = g.n, truncated_known = g.n
    FROM (SELECT run, step, count(*) AS n FROM groups WHERE truncated > 0 GROUP BY run, step) g
    WHERE steps.run = g.run AND steps.step = g.step;
  CREATE INDEX groups_with_errors ON groups (run, step, grp) WHERE errors > 0;
  CREATE INDEX groups_with_tool_failures ON groups (run, step, grp) WHERE tool_failures > 0;
  CREATE INDEX groups_truncated ON groups (run, step, grp) WHERE truncated > 0;
  ${readAnew}
  `,
  `
  -- Texts, grades and turns apart from what lists read, compressed, in blocks of solutions of a group: body_block makes one.
  CREATE TABLE solution_bodies (
    first INTEGER PRIMARY KEY, -- id of the first solution of the block, which goes on to the next block or to the group's end
    block BLOB NOT NULL
  );
  INSERT INTO solution_bodies (first, block) SELECT min(id), body_block(id, text, grade, turns) FROM solutions GROUP BY id / 16;
  CREATE TABLE lean (
    id INTEGER PRIMARY KEY,
    reward REAL, advantage REAL, correct INTEGER, answer TEXT, verdict TEXT, -- of the grade
    finish TEXT NOT NULL, tokens INTEGER NOT NULL, kl REAL, rewards TEXT NOT NULL, tool_failures INTEGER,
    parent_solution INTEGER, parent_offset INTEGER, policy_version INTEGER, error TEXT, seconds REAL
  );
  INSERT INTO lean (id, reward, advantage, correct, answer, verdict, finish, tokens, kl, rewards, tool_failures, parent_solution,
      parent_offset, policy_version, error, seconds)
    SELECT id, reward, advantage, correct, answer, grade ->> '$.verdict', finish, tokens, kl, rewards, tool_failures, parent_solution,
      parent_offset, policy_version, error, seconds FROM solutions;
  DROP TABLE solutions;
  ALTER TABLE lean RENAME TO solutions;
  `,
  `
  -- Solutions that are wrong and have a reward above 0: NULL when none is known to be one and some may be.
  ALTER TABLE groups ADD COLUMN wrong_paid INTEGER;
  UPDATE groups SET wrong_paid = (
    SELECT iif(total(paid) > 0 OR count(paid) = count(*), CAST(total(paid) AS INTEGER), NULL) FROM (
      SELECT CASE WHEN correct = 1 OR reward <= 0 THEN 0 WHEN correct = 0 AND reward > 0 THEN 1 END AS paid
      FROM solutions s WHERE s.id >= groups.id * 65536 AND s.id < (groups.id + 1) * 65536));
  ALTER TABLE steps ADD COLUMN wrong_paid INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN wrong_paid_known INTEGER NOT NULL DEFAULT 0;
  UPDATE steps SET wrong_paid = g.n, wrong_paid_known = g.known
    FROM (SELECT run, step, total(wrong_paid > 0) AS n, count(wrong_paid) AS known FROM groups GROUP BY run, step) g
    WHERE steps.run = g.run AND steps.step = g.step;
  CREATE INDEX groups_with_wrong_paid ON groups (run, step, grp) WHERE wrong_paid > 0;
  `,
  `
  -- What people said of a run, its steps, groups and solutions: labels and notes, of each file the last word. As with regrades,
  -- those of a group count as long as its event does.
  CREATE TABLE label_files (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL, name TEXT NOT NULL,
    file_id TEXT NOT NULL,
    author TEXT NOT NULL, time TEXT NOT NULL,
    offset INTEGER NOT NULL, lines INTEGER NOT NULL,
    UNIQUE (run, name)
  );
  CREATE TABLE marks (
    run INTEGER NOT NULL, step INTEGER NOT NULL, grp INTEGER NOT NULL, solution INTEGER NOT NULL, -- -1: it is about what is above
    label TEXT NOT NULL,                 -- '' for a note
    file INTEGER NOT NULL,
    seq INTEGER NOT NULL,                -- of the group's event; -1 where there is no group
    time INTEGER NOT NULL,               -- ms since 1970
    removed INTEGER NOT NULL, note TEXT,
    PRIMARY KEY (run, step, grp, solution, label, file)
  ) WITHOUT ROWID;
  `,
  `
  -- What the signal of a step is made of: groups whose rewards are not all equal, and what their solutions were paid; the sum of
  -- absolute advantages, and which reward term carries it (core/termSignal.ts).
  ALTER TABLE groups ADD COLUMN advantage_sum REAL;  -- NULL: an advantage is not known
  ALTER TABLE groups ADD COLUMN term_signal TEXT;    -- JSON: numbers by the names of terms; NULL: not known
  ALTER TABLE steps ADD COLUMN informative INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN informative_rewarded INTEGER NOT NULL DEFAULT 0;  -- solutions
  ALTER TABLE steps ADD COLUMN informative_sum REAL NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN advantage_groups INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE steps ADD COLUMN advantage_sum REAL NOT NULL DEFAULT 0;
  CREATE TABLE step_terms (
    run INTEGER NOT NULL, step INTEGER NOT NULL, term TEXT NOT NULL,
    groups INTEGER NOT NULL, signal REAL NOT NULL,
    PRIMARY KEY (run, step, term)
  ) WITHOUT ROWID;
  ${readAnew}
  `,
  `
  ALTER TABLE traces ADD COLUMN kl_max REAL; -- largest of a token that was learned from; NULL: not known
  ${readAnew}
  `,
];
