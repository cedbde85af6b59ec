// The import direction of docs/architecture.md: domain <- application <- projections <- infrastructure.
const room = (name) => `^${name}/`
const pure = ['fp-ts', 'io-ts', 'libphonenumber-js', 'tr46', 'tzdata', 'validator']

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing-of-ours',
      severity: 'error',
      from: { path: room('domain') },
      to: { path: '^(application|projections|infrastructure|test|bench|demo|docs)/' },
    },
    {
      name: 'domain-and-application-are-pure',
      comment: 'node:crypto is allowed for its hash functions only; the lint bans its randomness.',
      severity: 'error',
      from: { path: '^(domain|application|projections)/' },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: [`node_modules/(@types/)?(${pure.join('|')})/`, '^(node:)?crypto$', '^(node:)?buffer$'],
      },
    },
    {
      name: 'application-imports-domain-only',
      severity: 'error',
      from: { path: room('application') },
      to: { path: '^(projections|infrastructure|test|bench|demo|docs)/' },
    },
    {
      name: 'projections-import-domain-and-ports-only',
      severity: 'error',
      from: { path: room('projections') },
      to: {
        path: '^(infrastructure|test|bench|demo|docs)/|^application/(?!ports/|retry\\.ts|cannot-go-on\\.ts)',
      },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: room('infrastructure') },
      to: { path: '^(test|bench|demo|docs)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
