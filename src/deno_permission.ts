/**
 * What a person is told when Deno does not allow something.
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
 * Why Deno does not allow it, and the way out: a flag that is missing helps,
 * and none against a denial of Deno's own.
 *
 * @param need What is needed.
 * @param run The flag that would allow it, as it is to be typed.
 */
export function notAllowed(
  need: Deno.PermissionDescriptor,
  run: string,
): string {
  return stateOf(need) === "denied" ? denied([need.name]) : missing([run]);
}

/**
 * The same for several things at once.
 *
 * @param needs What is needed, of each kind the same.
 * @returns The reason; nothing when all of it is allowed.
 */
export function refusalOf(...needs: readonly Need[]): string | undefined {
  const refused = needs.filter((need) => !isGranted(need));
  if (refused.length === 0) return undefined;
  const hopeless = refused.filter((need) => stateOf(need) === "denied");
  if (hopeless.length > 0) {
    return denied([...new Set(hopeless.map(nameOf))]);
  }
  const groups = [...Map.groupBy(refused, nameOf)];
  return missing(
    groups.map(([name, group]) =>
      `--allow-${name}=${group.map(valueOf).join(",")}`
    ),
  );
}

function denied(names: readonly string[]): string {
  const flags = names.map((name) => `--deny-${name}`);
  return `it is denied to Deno itself by ${flags.join(" and ")}`;
}

function missing(flags: readonly string[]): string {
  return `Deno does not allow it; run with ${flags.join(" and ")}`;
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
