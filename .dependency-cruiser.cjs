const { readdirSync } = require('node:fs')
const { join } = require('node:path')

// The import direction of docs/architecture.md: domain <- application <- projections, reactors <- service <- infrastructure.
const room = (name) => `^${name}/`
const pure = ['fp-ts', 'io-ts', 'libphonenumber-js', 'tr46', 'tzdata', 'validator']

// Logs contain such events: nothing that may change can be imported by their codecs.
const versions = readdirSync(join(__dirname, 'domain/events')).flatMap((name) => {
  const version = /^version-(\d+)$/.exec(name)?.[1]
  return version === undefined ? [] : [Number(version)]
})
const version = (n) => `^domain/events/version-${n}/`

module.exports = {
  forbidden: [
    ...versions.flatMap((n) => [
      {
        name: `frozen-events-${n}-import-io-ts-only`,
        comment: 'Types may be imported: they are not there at run time.',
        severity: 'error',
        from: { path: version(n) },
        to: { dependencyTypesNot: ['type-only'], pathNot: ['node_modules/(@types/)?io-ts/', version(n)] },
      },
      {
        name: `frozen-events-${n}-import-no-other-types`,
        comment: 'An upcaster knows its own version and the next.',
        severity: 'error',
        from: { path: version(n) },
        to: {
          dependencyTypes: ['type-only'],
          pathNot: ['^domain/(ids|json)\\.ts$', version(n), version(n + 1)],
        },
      },
      {
        name: `frozen-codecs-${n}-know-no-other-version`,
        severity: 'error',
        from: { path: version(n), pathNot: 'upcast\\.ts$' },
        to: { path: version('\\d+'), pathNot: version(n) },
      },
    ]),
    {
      name: 'current-is-the-one-switch-of-versions',
      severity: 'error',
      from: { pathNot: ['^domain/events/(current|older-versions)\\.ts$', version('\\d+'), '^test/'] },
      to: { path: version('\\d+') },
    },
    {
      name: 'domain-imports-nothing-of-ours',
      severity: 'error',
      from: { path: room('domain') },
      to: { path: '^(application|projections|reactors|service|infrastructure|test|bench|demo|docs)/' },
    },
    {
      name: 'inner-rooms-are-pure',
      comment: 'node:crypto is allowed for its hash functions only; the lint bans its randomness.',
      severity: 'error',
      from: { path: '^(domain|application|projections|reactors|service)/' },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: [`node_modules/(@types/)?(${pure.join('|')})/`, '^(node:)?crypto$', '^(node:)?buffer$'],
      },
    },
    {
      name: 'application-imports-domain-only',
      severity: 'error',
      from: { path: room('application') },
      to: { path: '^(projections|reactors|service|infrastructure|test|bench|demo|docs)/' },
    },
    {
      name: 'projections-import-domain-ports-and-processing-only',
      severity: 'error',
      from: { path: room('projections') },
      to: {
        path: '^(reactors|service|infrastructure|test|bench|demo|docs)/|^application/(?!ports/|processing/|cannot-go-on\\.ts)',
      },
    },
    {
      name: 'reactors-import-domain-ports-and-processing-only',
      severity: 'error',
      from: { path: room('reactors') },
      to: {
        path: '^(projections|service|infrastructure|test|bench|demo|docs)/|^application/(?!ports/|processing/|cannot-go-on\\.ts|or-aborted\\.ts|reply-to\\.ts)',
      },
    },
    {
      name: 'service-does-not-import-infrastructure',
      severity: 'error',
      from: { path: room('service') },
      to: { path: '^(infrastructure|test|bench|demo|docs)/' },
    },
    {
      name: 'adapters-import-ports-not-what-uses-them',
      severity: 'error',
      from: { path: '^infrastructure/(?!cli/|composition-root/)' },
      to: { path: '^(reactors|service|application/importing)/' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: room('infrastructure') },
      to: { path: '^(test|bench|demo|docs)/' },
    },
    // In tests, bench and demo, too.
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
