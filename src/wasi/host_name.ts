/** What Windows reads as something else than a plain name. */
const WINDOWS_SPECIAL = /[<>:"/\\|?*]|\p{Cc}|[. ]$/u;
/** What Windows takes for a device, whatever comes after a dot. */
const WINDOWS_DEVICE =
  /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)/i;

/**
 * Whether a host takes a guest's name for one name and nothing else.
 *
 * Only `/` separates for the guest. Linux and macOS agree; on Windows `\` is
 * a separator, `C:` a drive, `a:b` a stream and `NUL` a device, so there
 * nothing has such a name.
 *
 * @param name A name that the gate let through.
 * @param os The host's system, `Deno.build.os`.
 * @returns Whether a node may have it.
 */
export function isHostName(name: string, os: string): boolean {
  if (os !== "windows") return true;
  return !WINDOWS_SPECIAL.test(name) && !WINDOWS_DEVICE.test(name);
}

/**
 * Whether two names, or paths, may lead to the same thing on a host.
 *
 * @param one A name or path.
 * @param other Another.
 * @param os The host's system, `Deno.build.os`.
 * @returns On Windows and macOS, whether they differ in case, in the form of
 * their Unicode or in the kind of separator at most; elsewhere whether they
 * are equal.
 */
export function isSameName(one: string, other: string, os: string): boolean {
  if (one === other) return true;
  if (os !== "windows" && os !== "darwin") return false;
  return fold(one, os) === fold(other, os);
}

function fold(text: string, os: string): string {
  const path = os === "windows" ? text.replaceAll("\\", "/") : text;
  return path.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFC");
}
