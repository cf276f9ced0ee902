// Installs Pythons with trainers for the tests that run only where these are: npm run trainers -- NAME…
import { main, say, Trouble } from './lib/console.mjs';
import { installTrainer, trainerPython, trainers } from './lib/trainers.mjs';

main(async () => {
  const names = process.argv.slice(2);
  for (const name of names)
    if (!(name in trainers)) throw new Trouble(`No trainer is called ${name}. Known: ${Object.keys(trainers).join(', ')}.`);
  for (const name of names) await installTrainer(name);
  for (const name of Object.keys(trainers)) {
    const { python, missing } = trainerPython(name);
    say(python ?? missing);
  }
});
