// Which file may import which, type imports included, for `depcruise`: docs/decisions/0026.

/** What a room may import of the others. Rooms that are not here (stack, tests, bench) may import every front door. */
const MAY_IMPORT = {
  contracts: [],
  runtime: ['contracts'],
  documents: ['contracts'],
  gateway: ['contracts', 'runtime', 'documents'],
  workers: ['contracts', 'runtime', 'documents'],
  auditor: ['contracts', 'runtime'],
  client: ['gateway'],
  web: ['contracts', 'gateway'],
  emulators: ['emulators/control'],
};
/** What pages may import of other rooms: what forms check. Of contracts and gateway they have types besides. */
const FORMS = '^contracts/src/forms\\.ts$';

const ROOMS = '^(?:workers|emulators|contracts|runtime|documents|gateway|client|auditor|web|stack|tests|bench)/';
const PACKAGE = '(?:workers|emulators)/[^/]+|[^/]+';
/** The package of the file that imports: `$1` in the other half of a rule. */
const OWN = '^$1/';
const SPECS = ['^tests/', String.raw`\.spec\.ts$`, String.raw`(?:^|/)testing(?:/|\.ts$)`];
const RUNS_SPECS = [String.raw`^vitest\.`, String.raw`(?:^|/)bench\.ts$`];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const directions = Object.entries(MAY_IMPORT).map(([room, allowed]) =>
  rule(
    `${room}-direction`,
    `${room} may import ${allowed.join(', ') || 'no other room'}; its specs the stand-ins too`,
    { path: room === 'workers' || room === 'emulators' ? `^(${room}/[^/]+)/` : `^(${room})/` },
    {
      path: ROOMS,
      pathNot: [OWN, ...[...allowed, ...(room === 'emulators' ? [] : ['emulators'])].map((other) => `^${other}/`)],
    },
  ),
);

export default {
  forbidden: [
    ...directions,
    rule(
      'front-doors-only',
      "another package's front doors are src/index.ts and, for specs, testing/index.ts",
      { path: `^(${PACKAGE})` },
      { path: ROOMS, pathNot: [OWN, `^(?:${PACKAGE})/(?:src|testing)/index\\.ts$`, FORMS] },
    ),
    rule(
      'web-types-only',
      'pages import what forms check, and types of contracts and gateway; nothing else of other rooms',
      { path: '^web/', pathNot: SPECS },
      {
        path: ROOMS,
        pathNot: ['^web/', FORMS, '^(?:contracts|gateway)/src/index\\.ts$'],
      },
    ),
    rule(
      'web-no-code-of-others',
      'pages import types of contracts and gateway, never their code',
      { path: '^web/', pathNot: SPECS },
      { path: '^(?:contracts|gateway)/src/index\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'forms-for-browsers',
      'what forms check runs in browsers, so it needs nothing but these',
      { path: FORMS },
      { path: '^contracts/src/(?!forms|nouns/(?:address|email|postal|quantity|region|text|vat-id))', reachable: true },
    ),
    rule(
      'by-name',
      "another package's front door is imported by the package's name",
      { path: `^(${PACKAGE})`, pathNot: RUNS_SPECS },
      { dependencyTypes: ['local'], pathNot: OWN },
    ),
    rule(
      'for-specs-only',
      'specs, testing and the stand-ins are for specs',
      { pathNot: [...SPECS, ...RUNS_SPECS, '^emulators/'] },
      { path: [...SPECS, '^emulators/'] },
    ),
    rule('resolvable', 'an import leads to a file, and to one that its package exports', {}, { couldNotResolve: true }),
    rule('no-circle', 'no file imports itself through others', {}, { circular: true }),
  ],
  options: {
    parser: 'swc',
    // The benchmark's NestJS system has packages of its own, which are not always here.
    exclude: { path: ['(?:^|/)node_modules/', String.raw`^\.`, '^bench/nestjs/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};

/** The same for folders of one package, by `.dependency-cruiser.folders.mjs`. Specs cross folders as they like. */
export const folders = {
  forbidden: [
    {
      ...rule('no-circle-of-folders', 'no folder imports itself through others', {}, { circular: true }),
      scope: 'folder',
    },
  ],
  options: { exclude: { path: SPECS } },
};
