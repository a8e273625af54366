import { type Directory, MemoryDirectory } from "../wasi/mod.ts";
import type { Settings } from "./options.ts";

/** The guest's root. */
export function guestRoot(
  { clock }: Settings,
  own: ReadonlyMap<string, Directory>,
): Directory {
  const root = new MemoryDirectory({
    readOnly: true,
    clock,
    mtime: clock.now(),
  });
  for (const [name, directory] of own) root.set(name, directory);
  return root;
}
