import { assertEquals } from "@std/assert";
import { Errno, errnoName } from "../../src/wasi/mod.ts";
import { loadPlugin, type PluginOptions } from "../../mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { assemble } from "../fixtures/wat.ts";

/** An SE2 guest that opens the path of its payload and returns the errno. */
const OPENER = `(module
  (import "env" "return_result" (func $result (param i32 i32 i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_initialize"))
  (func (export "allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "deallocate") (param i32 i32))
  (func (export "run_e") (param $ptr i32) (param $size i32) (param $ident i32)
    (i32.store8 (i32.const 16) (call $open (i32.const 3) (i32.const 0)
      (local.get $ptr) (local.get $size) (i32.const 0) (i64.const 2)
      (i64.const 0) (i32.const 0) (i32.const 32)))
    (call $result (i32.const 16) (i32.const 1) (local.get $ident))))`;

Deno.test("a module that is not Python gets the same grants, and no more", async () => {
  const wasm = await assemble(OPENER);
  await withFiles({ "guest.wasm": wasm, "d/a": "a", "b": "b" }, async (dir) => {
    const opened = async (
      path: string,
      grants: PluginOptions["grants"] = {},
    ) => {
      await using plugin = await loadPlugin(`${dir}/guest.wasm`, { grants });
      const [errno = Errno.IO] = (await plugin.run(path)).bytes();
      return errnoName(errno);
    };
    const inside = `${dir.slice(1)}/d/a`;
    assertEquals(await opened(inside), "BADF");
    assertEquals(await opened(inside, { read: [`${dir}/d`] }), "SUCCESS");
    assertEquals(
      await opened(`${dir.slice(1)}/b`, { read: [`${dir}/d`] }),
      "NOENT",
    );
    assertEquals(await opened("plugin/guest.wasm", { read: [dir] }), "NOENT");
  });
});
