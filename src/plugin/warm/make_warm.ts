/**
 * Make the warm image of a plugin.
 *
 * @module
 */

import { PluginError } from "../../errors.ts";
import { imageId, loadArtifact } from "../../runtime/mod.ts";
import { parsedBlock } from "../check_block.ts";
import { openGuest } from "../open.ts";
import { settingsOf } from "../options.ts";
import type { PythonSource } from "../read.ts";
import { savePlugin } from "../save.ts";
import { writeWarm } from "./warm_bytes.ts";

/**
 * Do in a guest of its own what comes before the plugin's code. The guest is
 * given nothing but the plugin's files, so that the image follows from them
 * alone.
 *
 * @returns The image; nothing when the plugin does not compile, or when there
 * was something to say, which every run has to say again: a `SyntaxWarning`.
 */
export async function makeWarm(
  source: PythonSource,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let isSilent = true;
  const hear = () => {
    isSilent = false;
  };
  const settings = settingsOf({
    stdout: hear,
    stderr: hear,
    log: hear,
    late: true,
  });
  try {
    const guest = await openGuest(source, settings, { mode: "ahead" });
    using _instance = guest.instance;
    const { image } = await savePlugin(guest);
    if (!isSilent) return undefined;
    const { python } = await loadArtifact();
    const block = await parsedBlock(source);
    return await writeWarm({ image, block }, imageId(python));
  } catch (error) {
    if (error instanceof PluginError) return undefined;
    throw error;
  }
}
