/**
 * A guest that can be called.
 *
 * @module
 */

import type { Instance, WrapperExports } from "../runtime/mod.ts";
import type { Mailbox } from "./mailbox.ts";

/** A guest that can be called. */
export interface Guest {
  /** The guest. */
  readonly instance: Instance;
  /** Its exports. */
  readonly wrapper: WrapperExports;
  /** Its messages. */
  readonly mailbox: Mailbox;
}
