import api from "undici/lib/api/index.js";
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";

/**
 * The HTTP client, for dynamic import: the parts of undici that are used, since the whole of it takes as long to load as Node takes to
 * start. In a bundle, a dynamically imported CommonJS package also loses its named exports.
 */
export { default as EnvHttpProxyAgent } from "undici/lib/dispatcher/env-http-proxy-agent.js";
export { default as Pool } from "undici/lib/dispatcher/pool.js";

// undici's own entry does the same: it adds `request` and the other calls to all dispatchers.
Object.assign(Dispatcher.prototype, api);
