/** The graph builder: what a model or a method's loss is written with. */
export * from './operations.js';
export * from './products.js';
export * from './tokenOperations.js';
export * from './rotary.js';
export { gradients } from './gradients.js';
export { Graph, type Node } from './graph.js';
export { compile, serialise } from './compile.js';
export type { Shape } from './shape.js';
