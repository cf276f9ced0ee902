/** zod as the extension has it, set up before anything makes a schema: the build puts it into a file of its own, dist/zod.cjs. */
import '../contracts/noEval.js';

export * from 'zod';
