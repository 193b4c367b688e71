import { afterEach, beforeEach, describe } from "vitest";
import { archiveContract } from "./store/archive.js";
import { audienceContract } from "./store/audience.js";
import { decisionContract } from "./store/decisions.js";
import { failureContract } from "./store/failures.js";
import type { Opened } from "./store/fixtures.js";
import { inboxContract } from "./store/inbox.js";
import { ledgerContract } from "./store/ledger.js";
import { limitContract } from "./store/limits.js";
import { modelContract } from "./store/model.js";
import { otherContract } from "./store/others.js";
import { transactionalContract } from "./store/transactional.js";
import { namedContract } from "./store/named.js";
import { prepareContract } from "./store/prepare.js";
import { pushContract } from "./store/pushes.js";
import { snapshotContract } from "./store/snapshot.js";
import { signupContract } from "./store/signups.js";
import { subscriberContract } from "./store/subscribers.js";

/** The behaviour of every implementation of `Store`. Each test opens its own empty store. */
export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} as a store`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.destroy());
    const store = (): Opened["store"] => opened.store;

    subscriberContract(store);
    audienceContract(store);
    prepareContract(store);
    snapshotContract(() => opened);
    namedContract(store);
    ledgerContract(() => opened);
    failureContract(() => opened);
    decisionContract(store);
    otherContract(() => opened);
    signupContract(() => opened);
    limitContract(() => opened);
    transactionalContract(() => opened);
    pushContract(() => opened);
    inboxContract(() => opened);
    archiveContract(() => opened);
  });
  describe(`${name} as a store`, () => {
    modelContract(open);
  });
}
