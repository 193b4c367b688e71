/**
 * The HTTP client, for dynamic import. In a bundle, a dynamically imported CommonJS package loses its named exports, so this
 * module re-exports the two that are used (scripts/build-bundle.js).
 */
export { EnvHttpProxyAgent, Pool } from "undici";
