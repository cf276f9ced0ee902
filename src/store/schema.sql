-- The tables as all migrations together make them, to read; what columns mean says migrations.ts. A test holds this file.

CREATE TABLE benchmarks (
  run INTEGER NOT NULL,
  suite TEXT NOT NULL,
  mode TEXT NOT NULL,
  step INTEGER NOT NULL,
  seq INTEGER,
  value REAL,
  n INTEGER,
  checker TEXT,
  low REAL,
  high REAL,
  samples INTEGER,
  shots INTEGER,
  temperature REAL,
  PRIMARY KEY (run, suite, mode, step)
);

CREATE TABLE checkpoints (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  seq INTEGER,
  time TEXT,
  path TEXT,
  bytes INTEGER,
  removed INTEGER,
  PRIMARY KEY (run, step)
);

CREATE TABLE clock (
  now INTEGER NOT NULL
);

CREATE TABLE grade_files (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  name TEXT NOT NULL,
  file_id TEXT NOT NULL,
  checker TEXT NOT NULL,
  time TEXT NOT NULL,
  offset INTEGER NOT NULL,
  lines INTEGER NOT NULL
);

CREATE TABLE groups (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  size INTEGER NOT NULL,
  correct INTEGER,
  reward_mean REAL,
  reward_std REAL,
  zero_std INTEGER NOT NULL,
  advantages BLOB NOT NULL,
  length_mean REAL NOT NULL,
  kl_mean REAL,
  question_id TEXT NOT NULL,
  question TEXT NOT NULL,
  gold TEXT,
  info TEXT,
  retold INTEGER,
  question_turns TEXT,
  errors INTEGER,
  tool_failures INTEGER,
  truncated INTEGER,
  wrong_paid INTEGER,
  advantage_sum REAL,
  term_signal TEXT
);

CREATE TABLE home (
  folder TEXT
);

CREATE TABLE identities (
  run INTEGER PRIMARY KEY,
  json TEXT NOT NULL
);

CREATE TABLE label_files (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  name TEXT NOT NULL,
  file_id TEXT NOT NULL,
  author TEXT NOT NULL,
  time TEXT NOT NULL,
  offset INTEGER NOT NULL,
  lines INTEGER NOT NULL
);

CREATE TABLE logs (
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  time TEXT,
  level TEXT,
  message TEXT,
  step INTEGER,
  PRIMARY KEY (run, seq)
);

CREATE TABLE losses (
  run INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  time INTEGER,
  tail TEXT NOT NULL,
  PRIMARY KEY (run, file, line)
);

CREATE TABLE marks (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  solution INTEGER NOT NULL,
  label TEXT NOT NULL,
  file INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  time INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  note TEXT,
  PRIMARY KEY (run, step, grp, solution, label, file)
);

CREATE TABLE metric_names (
  id INTEGER PRIMARY KEY,
  run INTEGER,
  name TEXT
);

CREATE TABLE metrics (
  metric INTEGER NOT NULL,
  step INTEGER NOT NULL,
  seq INTEGER,
  time INTEGER,
  value REAL,
  PRIMARY KEY (metric, step)
);

CREATE TABLE problems (
  run INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  reason TEXT,
  excerpt TEXT,
  PRIMARY KEY (run, file, line)
);

CREATE TABLE processes (
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  time INTEGER,
  state TEXT,
  pid INTEGER,
  exit_code INTEGER,
  signal TEXT,
  tail TEXT,
  PRIMARY KEY (run, seq)
);

CREATE TABLE regrades (
  file INTEGER NOT NULL,
  step INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  solution INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  was TEXT,
  verdict TEXT NOT NULL,
  grade TEXT NOT NULL,
  PRIMARY KEY (file, step, grp, solution)
);

CREATE TABLE resumes (
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  from_step INTEGER,
  checkpoint TEXT,
  PRIMARY KEY (run, seq)
);

CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'starting',
  message TEXT,
  status_seq INTEGER NOT NULL DEFAULT 0,
  status_state TEXT,
  status_step INTEGER,
  status_total INTEGER,
  status_message TEXT,
  last_seq INTEGER NOT NULL DEFAULT 0,
  last_time INTEGER,
  unknown INTEGER NOT NULL DEFAULT 0,
  unlisted INTEGER NOT NULL DEFAULT 0,
  name TEXT,
  stale INTEGER NOT NULL DEFAULT 0,
  number INTEGER NOT NULL DEFAULT 1,
  experiment TEXT NOT NULL DEFAULT '',
  experiment_path TEXT,
  backend TEXT NOT NULL DEFAULT 'unknown',
  method TEXT NOT NULL DEFAULT 'unknown',
  supervision TEXT,
  total_steps INTEGER,
  parent_run TEXT,
  parent_step INTEGER,
  reward_model_run TEXT,
  reward_model_step INTEGER,
  created TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000Z',
  import_source TEXT,
  import_format TEXT,
  evaluated TEXT,
  trained_on TEXT NOT NULL DEFAULT '[]',
  step INTEGER NOT NULL DEFAULT 0,
  seconds_per_step REAL,
  latest TEXT NOT NULL DEFAULT '{}',
  spark TEXT,
  problems INTEGER NOT NULL DEFAULT 0,
  unsummed INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE seen (
  run INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER,
  PRIMARY KEY (run, first)
);

CREATE TABLE segments (
  run INTEGER NOT NULL,
  name TEXT NOT NULL,
  offset INTEGER,
  lines INTEGER,
  skipping INTEGER,
  torn INTEGER,
  head TEXT,
  PRIMARY KEY (run, name)
);

CREATE TABLE solution_bodies (
  first INTEGER PRIMARY KEY,
  block BLOB NOT NULL
);

CREATE TABLE solutions (
  id INTEGER PRIMARY KEY,
  reward REAL,
  advantage REAL,
  correct INTEGER,
  answer TEXT,
  verdict TEXT,
  finish TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  kl REAL,
  rewards TEXT NOT NULL,
  tool_failures INTEGER,
  parent_solution INTEGER,
  parent_offset INTEGER,
  policy_version INTEGER,
  error TEXT,
  seconds REAL
);

CREATE TABLE spans (
  run INTEGER NOT NULL,
  step INTEGER,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  lane TEXT NOT NULL,
  start INTEGER,
  end INTEGER,
  PRIMARY KEY (run, seq)
);

CREATE TABLE step_terms (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  term TEXT NOT NULL,
  groups INTEGER NOT NULL,
  signal REAL NOT NULL,
  PRIMARY KEY (run, step, term)
);

CREATE TABLE steps (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  seq INTEGER,
  groups INTEGER NOT NULL DEFAULT 0,
  mixed INTEGER NOT NULL DEFAULT 0,
  all_right INTEGER NOT NULL DEFAULT 0,
  all_wrong INTEGER NOT NULL DEFAULT 0,
  solutions INTEGER NOT NULL DEFAULT 0,
  rewarded INTEGER NOT NULL DEFAULT 0,
  reward_sum REAL NOT NULL DEFAULT 0,
  reward_squares REAL NOT NULL DEFAULT 0,
  kl_groups INTEGER NOT NULL DEFAULT 0,
  kl_sum REAL NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  errors_known INTEGER NOT NULL DEFAULT 0,
  tool_failures INTEGER NOT NULL DEFAULT 0,
  tool_failures_known INTEGER NOT NULL DEFAULT 0,
  truncated INTEGER NOT NULL DEFAULT 0,
  truncated_known INTEGER NOT NULL DEFAULT 0,
  wrong_paid INTEGER NOT NULL DEFAULT 0,
  wrong_paid_known INTEGER NOT NULL DEFAULT 0,
  informative INTEGER NOT NULL DEFAULT 0,
  informative_rewarded INTEGER NOT NULL DEFAULT 0,
  informative_sum REAL NOT NULL DEFAULT 0,
  advantage_groups INTEGER NOT NULL DEFAULT 0,
  advantage_sum REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (run, step)
);

CREATE TABLE telemetry (
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  time INTEGER,
  device TEXT NOT NULL,
  values TEXT NOT NULL,
  PRIMARY KEY (run, seq)
);

CREATE TABLE traces (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  solution INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  segment TEXT NOT NULL,
  offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  kl_max REAL,
  PRIMARY KEY (run, step, grp, solution)
);

CREATE INDEX groups_of_question ON groups (run, question_id, step, grp);
CREATE INDEX groups_truncated ON groups (run, step, grp) WHERE truncated > 0;
CREATE INDEX groups_with_errors ON groups (run, step, grp) WHERE errors > 0;
CREATE INDEX groups_with_tool_failures ON groups (run, step, grp) WHERE tool_failures > 0;
CREATE INDEX groups_with_wrong_paid ON groups (run, step, grp) WHERE wrong_paid > 0;
CREATE INDEX regrades_differing ON regrades (file, step, grp) WHERE was <> verdict;
CREATE INDEX runs_by_version ON runs (version);
CREATE INDEX runs_gone ON runs (gone) WHERE gone = 1;
CREATE INDEX runs_newest_first ON runs (created, id) WHERE gone = 0;
CREATE INDEX spans_of_step ON spans (run, step);
