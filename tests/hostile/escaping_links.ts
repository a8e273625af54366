/**
 * What others than the guest see of the links that it left behind.
 *
 * @module
 */

/** Every link below a directory that leads out of it, in the host's eyes. */
export function escapingLinks(root: string, directory = root): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) return escapingLinks(root, path);
    if (!entry.isSymlink) return [];
    const target = Deno.readLinkSync(path);
    const lexical = new URL(target, `file://${path}`).pathname;
    let real = lexical;
    try {
      real = Deno.realPathSync(path);
    } catch { /* it leads nowhere: what its text says counts */ }
    return real === root || real.startsWith(`${root}/`) ? [] : [path];
  });
}
