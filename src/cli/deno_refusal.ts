/**
 * What the program says when Deno does not allow something.
 *
 * @module
 */

/** What is needed of Deno. */
export type Need =
  | Deno.ReadPermissionDescriptor
  | Deno.WritePermissionDescriptor
  | Deno.EnvPermissionDescriptor
  | Deno.RunPermissionDescriptor;

/** Whether Deno allows it; a question would wait for somebody's answer. */
export function isGranted(need: Deno.PermissionDescriptor): boolean {
  return stateOf(need) === "granted";
}

/**
 * Why Deno does not allow all of it, and the way out: flags that are missing
 * help, and none against a denial of Deno's own.
 *
 * @param needs What is needed, of each kind the same.
 * @returns The reason; nothing when all of it is allowed.
 */
export function refusalOf(...needs: readonly Need[]): string | undefined {
  const missing = needs.filter((need) => !isGranted(need));
  if (missing.length === 0) return undefined;
  const denied = missing.filter((need) => stateOf(need) === "denied");
  const flags = [...Map.groupBy(denied.length > 0 ? denied : missing, nameOf)];
  return denied.length > 0
    ? `it is denied to Deno itself by ${
      flags.map(([name]) => `--deny-${name}`).join(" and ")
    }`
    : `Deno does not allow it; run with ${
      flags.map(([name, group]) =>
        `--allow-${name}=${group.map(valueOf).join(",")}`
      ).join(" and ")
    }`;
}

function stateOf(need: Deno.PermissionDescriptor): Deno.PermissionState {
  return Deno.permissions.querySync(need).state;
}

function nameOf({ name }: Need): string {
  return name;
}

/** What stands behind the flag's `=`. */
function valueOf(need: Need): string {
  switch (need.name) {
    case "read":
    case "write":
      return String(need.path);
    case "env":
      return String(need.variable);
    case "run":
      return String(need.command);
    default:
      return need satisfies never;
  }
}
