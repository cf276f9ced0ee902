/** Reads run directories in small pieces and kills itself when the given number of statements has been executed. */
import { Store } from '../../src/store/store.js';

const [root = '', bytes = '', dieAfter = ''] = process.argv.slice(2);
let statements = 0;
const store = await Store.open({
  root,
  trace: () => {
    if (++statements === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
  },
});
for (const id of store.ingest.scan()) while (store.ingest.advance(id, Number(bytes)) !== 'idle');
store.close();
