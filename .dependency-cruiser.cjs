const no = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
module.exports = {
  forbidden: [
    no('no-cycles', 'cycles hide ownership', {}, { circular: true }),
    no(
      'module-door',
      'modules meet only at index.ts',
      { path: '^src/modules/([^/]+)/' },
      {
        path: '^src/modules/([^/]+)/',
        pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index[.]ts$'],
      },
    ),
    no(
      'outside-uses-door',
      'app and main also enter by index.ts',
      { pathNot: '^src/modules/' },
      { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index[.]ts$' },
    ),
    no(
      'platform-is-bottom',
      'platform knows no domain',
      { path: '^src/platform/' },
      { path: '^src/(modules|connectors)/' },
    ),
    no(
      'connectors-are-pure',
      'a connector sees its contract, what answers mean, its folder, the http client',
      { path: '^src/connectors/([^/]+)/' },
      {
        path: '^(src|web)/',
        pathNot: [
          '^src/connectors/$1/',
          '^src/connectors/(answers|contract|suite)[.]ts$',
          '^src/platform/http[.]ts$',
        ],
      },
    ),
    no(
      'modules-see-contract-only',
      'no module names a network',
      { path: '^src/modules/' },
      { path: '^src/connectors/', pathNot: '^src/connectors/contract[.]ts$' },
    ),
    no(
      'contract-is-leaf',
      'the API contract imports nothing of ours',
      { path: '^contract/' },
      { path: '^(src|web)/' },
    ),
    no(
      'web-sees-contract-only',
      'the browser never imports the server',
      { path: '^web/' },
      { path: '^src/' },
    ),
    no(
      'feature-isolation',
      'features meet in app/',
      { path: '^web/src/features/([^/]+)/' },
      { path: '^web/src/(features|app)/', pathNot: '^web/src/features/$1/' },
    ),
    no(
      'web-shared-is-bottom',
      'ui and lib know no feature',
      { path: '^web/src/(ui|lib)/' },
      { path: '^web/src/(features|app)/' },
    ),
    no(
      'practice-stands-alone',
      'the practice network is another program: it speaks HTTP',
      { path: '^practice/' },
      { path: '^(src|web|contract)/' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|[.]parley)/' },
  },
}
