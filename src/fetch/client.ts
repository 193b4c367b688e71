/**
 * The HTTP client, to be loaded on demand. Named here once, because a CommonJS package that is imported on demand keeps its
 * names in Node and loses them in a bundle. The bundle has these two alone of it (scripts/build-bundle.js).
 */
export { EnvHttpProxyAgent, Pool } from "undici";
