// Runs inside jsii's own node, loaded by fast_provider.py before the AWS provider.
//
// `@cdktf/provider-aws/lib/index.js` requires more than two thousand modules, 2-3 s, of which a program uses some twenty.
// Its lines `exports.x = require("./x");` become getters that require on first use. Any line this file does not know
// sends the whole index through node's own loader: slower, never wrong.
"use strict";

const fs = require("fs");

const PROVIDER_INDEX = /[\\/]node_modules[\\/]@cdktf[\\/]provider-aws[\\/]lib[\\/]index\.js$/;
const REQUIRE_LINE = /^exports\.(\w+) = require\("(\.\/[\w-]+)"\);$/;
const LINES_WITHOUT_EFFECT = [
  /^$/,
  /^"use strict";$/,
  /^(\/\/.*|\/\*\*| \*\/| \*(?!.*\*\/).*)$/, // comments without code behind them
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/,
  /^(exports\.\w+ = )+void 0;$/, // names announced before they are filled
];

/** The index as pairs of export name and path, or undefined when a line has another form. */
function requiredModules(source) {
  const pairs = [];
  for (const line of source.split(/\r?\n/)) {
    const match = REQUIRE_LINE.exec(line);
    if (match) {
      pairs.push([match[1], match[2]]);
    } else if (!LINES_WITHOUT_EFFECT.some((form) => form.test(line))) {
      return undefined;
    }
  }
  return pairs.length > 0 ? pairs : undefined;
}

function requireOnFirstUse(module, name, path) {
  const { exports } = module;
  const settle = (value) => Object.defineProperty(exports, name, { value, writable: true, enumerable: true });
  Object.defineProperty(exports, name, {
    configurable: true,
    enumerable: true,
    get: () => settle(module.require(path))[name],
    set: settle,
  });
}

const stockLoader = require.extensions[".js"];

require.extensions[".js"] = function loadLazily(module, filename) {
  const pairs = PROVIDER_INDEX.test(filename) && requiredModules(fs.readFileSync(filename, "utf8"));
  if (!pairs) {
    return stockLoader(module, filename);
  }
  Object.defineProperty(module.exports, "__esModule", { value: true });
  pairs.forEach(([name, path]) => requireOnFirstUse(module, name, path));
};
