/** What the store answers: plain data, the only shapes that pages, explorer and command line see. */
export * from './views/benchmarks.js';
export * from './views/constants.js';
export * from './views/finding.js';
export * from './views/examination.js';
export * from './views/groups.js';
export * from './views/labels.js';
export * from './views/opinions.js';
export * from './views/records.js';
export * from './views/regrades.js';
export * from './views/resources.js';
export * from './views/rewards.js';
export * from './views/runs.js';
export * from './views/series.js';
export * from './views/solutions.js';
export * from './views/steps.js';
export * from './views/timeline.js';
export * from './views/trends.js';
