/**
 * zod compiles its checks with `new Function` where it may. Pages may not (content-security policy), and merely finding that out
 * leaves an error in the console, in the extension host too. Import this before anything that makes a schema.
 */
import { z } from 'zod';

z.config({ jitless: true });
