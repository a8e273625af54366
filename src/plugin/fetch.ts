/**
 * Plugins over the network.
 *
 * @module
 */

import { concat } from "../concat.ts";
import { PluginLoadError } from "../errors.ts";
import { notAllowed } from "../deno_permission.ts";
import { type JsrSpecifier, shownUrl } from "./location.ts";

/** The largest plugin that is fetched. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Fetch one file.
 *
 * @throws {PluginLoadError} When the server does not give it.
 */
export async function fetchFile(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const shown = `"${shownUrl(url)}"`;
  const response = await attempt(shown, url, () => fetch(url));
  if (!response.ok) {
    await response.body?.cancel();
    throw new PluginLoadError(
      `Cannot fetch ${shown}: the server answered ${response.status} ${response.statusText}`,
    );
  }
  const bytes = await attempt(
    shown,
    url,
    () => readAtMost(response, MAX_BYTES),
  );
  if (bytes === undefined) {
    throw new PluginLoadError(
      `Cannot fetch ${shown}: it is larger than ${MAX_BYTES >> 20} MiB`,
    );
  }
  return bytes;
}

/**
 * Where the file of a JSR specifier is, asking for the latest version when
 * the specifier names none.
 */
export async function jsrUrl(specifier: JsrSpecifier): Promise<URL> {
  const { scope, name, path } = specifier;
  const root = new URL(`@${scope}/${name}/`, jsrRegistry());
  const version = specifier.version ?? await latestVersion(root);
  return new URL(`${version}/${path}`, root);
}

/** The registry that Deno itself would ask, where we may know. */
function jsrRegistry(): string {
  const readable =
    Deno.permissions.querySync({ name: "env", variable: "JSR_URL" }).state ===
      "granted";
  return (readable ? Deno.env.get("JSR_URL") : undefined) ?? "https://jsr.io/";
}

async function latestVersion(root: URL): Promise<string> {
  const bytes = await fetchFile(new URL("meta.json", root));
  const meta = parseJson(new TextDecoder().decode(bytes));
  if (
    typeof meta === "object" && meta !== null && "latest" in meta &&
    typeof meta.latest === "string"
  ) {
    return meta.latest;
  }
  throw new PluginLoadError(
    `Cannot load from "${root.href}": the package has no latest version; name one`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Do one step over the network; what goes wrong is a load error. */
async function attempt<T>(
  shown: string,
  url: URL,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const reason = error instanceof Deno.errors.NotCapable
      ? notAllowed({ name: "net", host: url.host }, `--allow-net=${url.host}`)
      : error instanceof Error
      ? error.message
      : String(error);
    throw new PluginLoadError(`Cannot fetch ${shown}: ${reason}`, {
      cause: error,
    });
  }
}

async function readAtMost(
  response: Response,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return concat(chunks);
}
