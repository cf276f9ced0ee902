// Writes media/experiment.schema.json from the zod schema, for YAML editors (completion, hover text, checks).
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['src/experiment/experimentJsonSchema.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const { experimentJsonSchema } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
await writeFile('media/experiment.schema.json', `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
