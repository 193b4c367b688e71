/**
 * The HTTP client, for dynamic import. A CommonJS package that is imported dynamically loses its named exports in a bundle, so they
 * are named here; the bundle contains only these two (scripts/build-bundle.js).
 */
export { EnvHttpProxyAgent, Pool } from "undici";
