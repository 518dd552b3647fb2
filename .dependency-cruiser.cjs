/** Which part may know which: see ARCHITECTURE.md. Checked by `npm run check`. */
const spec = '\\.spec\\.ts$';
const HANDLERS = '^src/scheduler/jobs/';

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-cycles', { pathNot: '^src/generated/' }, { circular: true }),
    forbid(
      'common-knows-no-business',
      { path: '^src/common/' },
      { path: '^src/', pathNot: '^src/common/' },
    ),
    forbid(
      'schedules-are-pure',
      { path: '^src/schedules/', pathNot: spec },
      { path: '^src/', pathNot: '^src/(schedules|common)/' },
    ),
    forbid(
      'handlers-are-leaves',
      { path: HANDLERS, pathNot: spec },
      { path: '^src/', pathNot: `${HANDLERS}|^src/common/` },
    ),
    forbid(
      'runs-do-not-know-jobs',
      { path: '^src/runs/' },
      { path: '^src/(jobs|scheduler|worker|health|telemetry)/' },
    ),
    forbid(
      'jobs-do-not-know-roles',
      { path: '^src/jobs/' },
      { path: '^src/(scheduler|worker|simulation|health|telemetry)/', pathNot: HANDLERS },
    ),
    forbid(
      'roles-do-not-know-each-other',
      { path: '^src/scheduler/', pathNot: HANDLERS },
      { path: '^src/worker/' },
    ),
    forbid(
      'roles-do-not-know-each-other-2',
      { path: '^src/worker/' },
      { path: '^src/scheduler/', pathNot: HANDLERS },
    ),
    forbid(
      'simulations-decide-nothing',
      { path: '^src/simulation/', pathNot: spec },
      { path: '^src/(scheduler|worker|health|telemetry)/' },
    ),
    forbid(
      'database-knows-no-business',
      { path: '^src/database/' },
      { path: '^src/', pathNot: '^src/(database|common|config|generated)/|^src/prisma\\.service' },
    ),
    forbid(
      'sql-in-repositories-only',
      {
        path: '^src/',
        pathNot: `\\.repository\\.ts$|^src/(database|generated)/|^src/prisma|${spec}`,
      },
      { path: '^src/(prisma\\.service|generated)|node_modules/@prisma' },
    ),
    forbid(
      'no-dev-dependencies-in-production',
      { path: '^src/', pathNot: spec },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    forbid('no-tests-in-production', { path: '^src/', pathNot: spec }, { path: `^test/|${spec}` }),
    forbid('nothing-unresolved', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/.*(browser|Browser)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
