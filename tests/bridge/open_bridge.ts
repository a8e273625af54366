/**
 * A bridge to a fresh Python with a plugin's source in it.
 *
 * @module
 */

import {
  Bridge,
  type BridgeInit,
  type HostNamespace,
  hostTree,
  loadFile,
  offerHost,
  Se2,
  startPython,
} from "../../src/bridge/mod.ts";
import {
  DEFAULT_MAXIMUM,
  Instance,
  loadArtifact,
} from "../../src/runtime/mod.ts";
import {
  type Clock,
  Context,
  GuestMemory,
  SteppedClock,
} from "../../src/wasi/mod.ts";
import { bareRoot } from "../fixtures/guest_root.ts";

/** How much longer the tests with generated cases run; 1 unless one asks. */
export function times(count: number): number {
  return count * Number(Deno.env.get("PY_PLUGIN_TIMES") ?? 1);
}

/**
 * Open one; the plugin needs no `run_e`.
 *
 * @param init How the bridge is made, with a clock that stands still unless
 * it is told.
 * @param seen Gets the instance.
 */
export async function openBridge(
  source: string,
  host: HostNamespace = {},
  init: ((clock: Clock) => BridgeInit) | undefined = undefined,
  seen: (instance: Instance) => void = () => {},
): Promise<Bridge> {
  const artifact = await loadArtifact();
  await Promise.all([artifact.rest.load(), artifact.stdlib.load()]);
  const text = `${source}\ndef run_e(payload, ident): pass\n`;
  const files = new Map([["plugin.py", new TextEncoder().encode(text)]]);
  const clock = init && new SteppedClock(new Date(0));
  const context = new Context({
    args: ["/"],
    ...(clock === undefined ? {} : { clock }),
    preopens: { "/": bareRoot(artifact, files) },
  });
  const bridge = new Bridge(clock && init?.(clock));
  const se2 = new Se2({ file: "plugin.py" });
  const instance = await Instance.create({
    module: artifact.python,
    late: artifact,
    offer: {
      "env": se2.imports,
      "py_plugin": bridge.imports,
      "wasi_snapshot_preview1": context.imports,
    },
    maximum: DEFAULT_MAXIMUM,
    bind: (memory) => {
      context.bind(memory);
      se2.bind(new GuestMemory(memory));
    },
    begin: (raw) => context.initialize(raw),
  });
  seen(instance);
  bridge.attach(instance);
  await startPython(instance, false);
  await offerHost(bridge, hostTree(host));
  await bridge.alone(() =>
    loadFile(se2, instance, "/plugin/plugin.py", "plugin")
  );
  return bridge;
}
