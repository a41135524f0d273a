const instruments = ['simulator', 'scenarios', 'property-tests'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-core-only',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(results|cli\\.ts)|^(simulator|scenarios|property-tests)/' },
    },
    {
      name: 'results-imports-no-instrument',
      comment: 'Instruments hand their records to the judge; the judge knows none of them.',
      severity: 'error',
      from: { path: '^results/' },
      to: { path: '^(core|simulator|scenarios|property-tests)/|^cli\\.ts' },
    },
    ...instruments.map((one) => ({
      name: `${one}-imports-no-other-instrument`,
      severity: 'error',
      from: { path: `^${one}/` },
      to: { path: `^(${instruments.filter((other) => other !== one).join('|')})/|^cli\\.ts` },
    })),
    {
      name: 'policy-is-pure',
      comment: 'Policy runs inside Redis, Node, k6 and the simulator: nothing but its own folder.',
      severity: 'error',
      from: { path: '^core/policy/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^core/policy/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.generated\\.ts$' },
  },
};
