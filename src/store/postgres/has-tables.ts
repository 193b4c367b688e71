import type { PostgresLocation } from "../store-url.js";
import { clientOptions, loadDriver } from "./driver.js";
import { storeFailure } from "./failures.js";

/**
 * Returns whether a schema has tables of any version of Paperboy. Creates nothing.
 * @throws PaperboyError `store-failed`; `config-invalid` if pg is not installed.
 */
export async function hasTables(location: PostgresLocation): Promise<boolean> {
  const driver = await loadDriver();
  const client = new driver.Client(clientOptions(driver, location));
  // The query reports a broken connection.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ exists: boolean }>("SELECT to_regclass($1) IS NOT NULL AS exists", [
      `${location.schema}.meta`,
    ]);
    return rows[0]?.exists ?? false;
  } catch (error) {
    throw storeFailure(error, location.displayName);
  } finally {
    await client.end().catch(() => undefined);
  }
}
