import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import {
  DirectoryDescriptor,
  FdTable,
  MemoryDirectory,
} from "../../src/wasi/mod.ts";
import { Rights } from "../../src/wasi/abi.ts";
import { errnoOf } from "./guest.ts";

/** A descriptor that counts how often it was closed. */
class Counted extends DirectoryDescriptor {
  closed = 0;

  constructor() {
    super(new MemoryDirectory());
  }

  override close(): void {
    this.closed++;
  }
}

Deno.test("FdTable.add() gives the lowest free number", () => {
  const table = new FdTable();
  const numbers = [1, 2, 3, 4].map(() => table.add(new Counted()));
  assertEquals(numbers, [0, 1, 2, 3]);
  table.close(2);
  table.close(1);
  assertEquals([1, 2, 3].map(() => table.add(new Counted())), [1, 2, 4]);
  assertEquals(table.size, 5);
});

Deno.test("FdTable.get() refuses closed, negative and huge numbers", () => {
  const table = new FdTable();
  table.close(table.add(new Counted()));
  for (const fd of [0, 1, -1, 2 ** 31 - 1]) {
    assertEquals(errnoOf(() => table.get(fd)), "BADF");
    assertEquals(errnoOf(() => table.close(fd)), "BADF");
  }
});

Deno.test("FdTable.get() checks rights", () => {
  const table = new FdTable();
  const fd = table.add(new Counted());
  assertEquals(errnoOf(() => table.get(fd, Rights.PATH_OPEN)), "SUCCESS");
  assertEquals(errnoOf(() => table.get(fd, Rights.SOCK_ACCEPT)), "NOTCAPABLE");
  assertEquals(errnoOf(() => table.get(fd, Rights.FD_READ)), "BADF");
});

Deno.test("FdTable.renumber() closes what had the number", () => {
  const table = new FdTable();
  const [first, second] = [new Counted(), new Counted()];
  table.add(first);
  table.add(second);
  table.renumber(1, 0);
  assertStrictEquals(table.get(0), second);
  assertEquals([first.closed, second.closed], [1, 0]);
  assertEquals(errnoOf(() => table.get(1)), "BADF");
  assertEquals(errnoOf(() => table.renumber(0, 1)), "BADF");
  assertEquals(errnoOf(() => table.renumber(1, 0)), "BADF");
  table.renumber(0, 0);
  assertEquals(second.closed, 0);
});

Deno.test("FdTable stops at 512, and closes what has no place", () => {
  const table = new FdTable();
  for (let count = 0; count < 512; count++) table.add(new Counted());
  const late = new Counted();
  assertEquals(errnoOf(() => table.add(late)), "MFILE");
  assertEquals(late.closed, 1);
  table.close(77);
  assertEquals(table.add(new Counted()), 77);
});

Deno.test("FdTable closes all when it is disposed, once", () => {
  const table = new FdTable();
  const held = [new Counted(), new Counted()];
  for (const each of held) table.add(each);
  table[Symbol.dispose]();
  table[Symbol.dispose]();
  assertEquals(held.map((each) => each.closed), [1, 1]);
  assertEquals(table.size, 0);
});

Deno.test("FdTable agrees with a plain list", () => {
  const step = fc.oneof(
    fc.constant({ kind: "add" } as const),
    fc.record({ kind: fc.constant("close" as const), fd: fc.nat(9) }),
    fc.record({
      kind: fc.constant("renumber" as const),
      fd: fc.nat(9),
      to: fc.nat(9),
    }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const table = new FdTable();
    const list: (Counted | undefined)[] = Array(99).fill(undefined);
    for (const each of steps) {
      if (each.kind === "add") {
        const descriptor = new Counted();
        const free = list.indexOf(undefined);
        assertEquals(table.add(descriptor), free);
        list[free] = descriptor;
      } else if (each.kind === "close") {
        const open = list[each.fd] !== undefined;
        assertEquals(
          errnoOf(() => table.close(each.fd)),
          open ? "SUCCESS" : "BADF",
        );
        list[each.fd] = undefined;
      } else {
        const { fd, to } = each;
        const open = list[fd] !== undefined && list[to] !== undefined;
        assertEquals(
          errnoOf(() => table.renumber(fd, to)),
          open ? "SUCCESS" : "BADF",
        );
        if (open && fd !== to) [list[to], list[fd]] = [list[fd], undefined];
      }
    }
    assertEquals(table.size, list.filter((each) => each).length);
  }));
});
