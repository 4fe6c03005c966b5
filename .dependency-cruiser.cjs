/**
 * Who may import whom. `docs/architecture.md` has the picture; `tests/fixtures/boundaries` proves that each rule bites.
 * Paths are matched from the root that is cruised, so that the fixture can be judged by the same rules.
 */
const OURS =
  '(^|/)(config|protocol|helpers|tables|server|store|routes|controllers|client|dashboard|benchmarks|load-tests|dev|tests)/';
const TEST = '(\\.test\\.tsx?$|(^|/)tests/(?!fixtures/boundaries/)|(^|/)(benchmarks|load-tests|dev)/)';

/** Only `inside` may import what resolves to `target`. Tests, benchmarks and load tests may import anything. */
const only = (name, comment, target, inside) => ({
  name,
  comment,
  severity: 'error',
  from: { path: OURS, pathNot: [inside, TEST] },
  to: { path: target },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'no cycles anywhere',
      from: {},
      to: { circular: true },
    },
    {
      name: 'helpers-import-nothing',
      severity: 'error',
      comment: 'helpers are small pure functions: they import nothing of ours and no package',
      from: { path: '(^|/)helpers/', pathNot: TEST },
      to: { path: [OURS, 'node_modules'], pathNot: '(^|/)helpers/' },
    },
    {
      name: 'protocol-is-pure',
      severity: 'error',
      comment: 'protocol imports zod, helpers, and the OCPP schemas with what checks by them',
      from: { path: '(^|/)protocol/', pathNot: TEST },
      to: {
        path: [OURS, 'node_modules'],
        pathNot: ['(^|/)(protocol|helpers)/', 'node_modules/(zod|ajv|ajv-formats|@cshil/ocpp-tools)/'],
      },
    },
    {
      name: 'tables-are-apart',
      severity: 'error',
      comment:
        'tables read files as rows of cells, for whoever has a file: they import helpers and xlsx only',
      from: { path: '(^|/)tables/', pathNot: TEST },
      to: { path: [OURS, 'node_modules'], pathNot: ['(^|/)(tables|helpers)/', 'node_modules/xlsx/'] },
    },
    only('xlsx-in-tables', 'workbooks are read in one place', 'node_modules/xlsx/', '(^|/)tables/'),
    {
      name: 'config-imports-zod',
      severity: 'error',
      comment: 'config imports zod and helpers only',
      from: { path: '(^|/)config/', pathNot: TEST },
      to: { path: [OURS, 'node_modules'], pathNot: ['(^|/)(config|helpers)/', 'node_modules/zod/'] },
    },
    {
      name: 'stages-meet-in-compose',
      severity: 'error',
      comment: 'gateway, worker, rollups, live and api never import each other; server/compose joins them',
      from: { path: '(^|/)server/(gateway|worker|rollups|live|api)/', pathNot: TEST },
      to: { path: '(^|/)server/(gateway|worker|rollups|live|api|compose|cli)/', pathNot: '(^|/)server/$2/' },
    },
    only('pg-in-store', 'SQL lives in store/', 'node_modules/(@types/)?pg(-copy-streams)?/', '(^|/)store/'),
    only(
      'kafkajs-in-its-adapter',
      'kafkajs is no longer developed: one adapter keeps it replaceable',
      'node_modules/kafkajs/',
      '(^|/)server/broker/kafka/',
    ),
    only(
      'ws-at-the-edges',
      'sockets belong to gateway, live, what these share, and client',
      'node_modules/(@types/)?ws/',
      '(^|/)(server/(gateway|live|sockets)|client)/',
    ),
    {
      name: 'sdk-ws-in-node',
      comment: 'a page has a WebSocket of its own',
      severity: 'error',
      from: { path: '(^|/)client/live/', pathNot: [TEST, '(^|/)client/live/node\\.ts$'] },
      to: { path: 'node_modules/(@types/)?ws/' },
    },
    only('jose-in-access', 'tokens are judged in one place', 'node_modules/jose/', '(^|/)server/access/'),
    only(
      'express-at-the-api',
      'express belongs to api, routes and controllers',
      'node_modules/(@types/)?express/',
      '(^|/)(server/api|routes|controllers)/',
    ),
    {
      name: 'client-from-outside',
      severity: 'error',
      comment: 'client talks to the server from outside: it may import protocol, helpers and tables only',
      from: { path: '(^|/)client/', pathNot: TEST },
      to: { path: OURS, pathNot: '(^|/)(client|protocol|helpers|tables)/' },
    },
    {
      name: 'sdk-signs-in-node',
      comment: 'a page cannot send the header that signing takes: what signs is for the entry of Node',
      severity: 'error',
      from: { path: '(^|/)client/live/', pathNot: [TEST, '(^|/)client/live/node\\.ts$'] },
      to: { path: '(^|/)client/live/frame-signer\\.ts$' },
    },
    {
      name: 'sdk-stands-alone',
      comment:
        'the SDK runs in pages that have nothing else of ours: of protocol it has types only, ws is for its entry of Node',
      severity: 'error',
      from: { path: '(^|/)client/live/', pathNot: [TEST, '(^|/)client/live/frame-signer\\.ts$'] },
      to: {
        path: [OURS, 'node_modules', '^node:'],
        pathNot: ['(^|/)client/live/', '(^|/)helpers/backoff\\.ts$', 'node_modules/(@types/)?ws/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dashboard-in-a-browser',
      comment:
        'dashboard talks to the server by client/live and the public API; of packages it has what draws',
      severity: 'error',
      from: { path: '(^|/)dashboard/', pathNot: TEST },
      to: {
        path: [OURS, 'node_modules', '^node:'],
        pathNot: [
          '(^|/)(dashboard|client/live|protocol)/',
          'node_modules/(preact|@preact/signals|@preact/signals-core|uplot)/',
        ],
      },
    },
    {
      name: 'dashboard-types-of-protocol',
      comment: 'of protocol the dashboard has types only: what judges messages would be most of its script',
      severity: 'error',
      from: { path: '(^|/)dashboard/', pathNot: TEST },
      to: { path: '(^|/)protocol/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'store-below-server',
      severity: 'error',
      comment: 'store knows nothing of the stages above it',
      from: { path: '(^|/)store/', pathNot: TEST },
      to: { path: '(^|/)(server|routes|controllers|client)/' },
    },
    {
      name: 'only-compose-constructs-adapters',
      severity: 'error',
      comment: 'stages know the MessageLog port; only compose knows its adapters',
      from: { path: '(^|/)(server/(gateway|worker|rollups|live|api)|routes|controllers)/', pathNot: TEST },
      to: { path: '(^|/)server/broker/(kafka|inbox)/' },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      comment: 'what ships never imports tests, benchmarks, load tests or dev mode',
      from: { path: OURS, pathNot: TEST },
      to: { path: '(^|/)(tests|benchmarks|load-tests|dev)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is built, of ours: packages are mostly in a `dist` of theirs, and are looked at.
    exclude: { path: '^(client/live/)?dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
