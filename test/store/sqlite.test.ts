import { storeContract } from "../contract/store.js";
import { openTemporary } from "./temporary.js";

storeContract("SQLite", openTemporary);
