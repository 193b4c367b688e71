import { storeContract } from "../contract/store.js";
import { describeServed } from "./postgres/servers.js";

describeServed("with PostgreSQL", ({ openEmpty }) => storeContract("PostgreSQL", openEmpty));
