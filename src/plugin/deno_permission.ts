/**
 * What a person is told when Deno does not allow something.
 *
 * @module
 */

/**
 * Why Deno does not allow it, and the way out: a flag that is missing helps,
 * and none against a denial of Deno's own.
 *
 * @param descriptor What is needed.
 * @param run The flag that would allow it, as it is to be typed.
 */
export function notAllowed(
  descriptor: Deno.PermissionDescriptor,
  run: string,
): string {
  return Deno.permissions.querySync(descriptor).state === "denied"
    ? `it is denied to Deno itself by --deny-${descriptor.name}`
    : `Deno does not allow it; run with ${run}`;
}
