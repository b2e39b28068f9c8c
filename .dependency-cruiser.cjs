/** What ESLint's boundaries cannot see: cycles between files, Node built-ins in core, reaching past an index. */
module.exports = {
  forbidden: [
    {
      name: 'no-value-cycles',
      comment: 'Files must not import each other in a circle; types may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-has-no-built-ins',
      comment: 'What core needs comes in as arguments.',
      severity: 'error',
      from: { path: '^libs/core/[^/]+/src/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-has-no-packages',
      severity: 'error',
      from: { path: '^libs/core/[^/]+/src/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: 'node_modules/' },
    },
    {
      name: 'ports-and-contracts-have-no-built-ins',
      severity: 'error',
      from: { path: '^libs/(ports|contracts|pipeline)/src/', pathNot: '\\.test\\.ts$|/(fakes|conformance)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'through-the-index',
      comment: 'Nobody reaches past the index of another package.',
      severity: 'error',
      from: { path: '^((?:libs|services)/(?:core/|adapters/)?[^/]+)/' },
      to: {
        path: '^(?:libs|services)/(?:core/|adapters/)?[^/]+/src/',
        pathNot: ['^$1/', '/src/(index|fakes/index|conformance/index|disassembler)\\.ts$'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.local)/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['oopstream-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
