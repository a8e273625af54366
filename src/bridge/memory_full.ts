import { PluginError } from "../errors.ts";

/**
 * There is no room in the guest's memory for what the host has to pass.
 *
 * The plugin floor, which knows the limit, makes a `LimitError` of it.
 */
export class MemoryFull extends PluginError {
  /** @param what What there is no room for. */
  constructor(what: string) {
    super(
      `Cannot pass ${what}: the plugin's memory is full; raise limits.memory`,
      { fault: "limits" },
    );
  }
}
