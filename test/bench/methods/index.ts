export { compareMethods } from './compare.js';
export { measureCosts } from './costs.js';
export { pictureOf, tableOf } from './report.js';
