// The Python package alone: ruff, mypy, pytest.
import { main } from './lib/console.mjs';
import { ready } from './lib/install.mjs';
import { Outcome } from './lib/outcome.mjs';
import { pythonPart } from './lib/pythonTools.mjs';

main(async () => {
  await ready();
  const outcome = new Outcome();
  await pythonPart(outcome);
  if (!outcome.tell()) process.exitCode = 1;
});
