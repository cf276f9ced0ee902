import { Range as VsRange } from 'vscode';
import type { Range } from '../../experiment/yamlSource.js';

/** Lines and columns count from 1 in messages and from 0 in VS Code. */
export const vsRange = ({ start, end }: Range): VsRange => new VsRange(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
