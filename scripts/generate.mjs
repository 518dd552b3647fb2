import './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { inProject, isInProject, say } from './lib/project.mjs';
import { main, runNode } from './lib/run.mjs';

// Makes all that is generated: the Prisma client, and the committed files that dist/generate.js
// derives from the code. With --check it only compares those and fails when one is out of date.
await main(async () => {
  await prepare();
  if (!isInProject('dist/generate.js')) {
    say('There is no src/generate.ts: nothing else to generate.');
    return 0;
  }
  return (await runNode(inProject('dist/generate.js'), process.argv.slice(2))).code;
});
