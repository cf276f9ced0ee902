// `npm run types`.
import { main } from './lib/console.mjs';
import { ready } from './lib/install.mjs';
import { checkTypes } from './lib/types.mjs';

main(async () => {
  await ready();
  await checkTypes();
});
