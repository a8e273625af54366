import { assertEquals, assertStringIncludes } from "@std/assert";

const PROGRAM = new URL("../fixtures/steps_program.ts", import.meta.url).href;

/** A directory to build in, as the working directory of another process. */
class Workshop implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();

  write(name: string, text: string): Promise<void> {
    return Deno.writeTextFile(`${this.path}/${name}`, text);
  }

  read(name: string): Promise<string> {
    return Deno.readTextFile(`${this.path}/${name}`);
  }

  async build(): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-lock", PROGRAM],
      cwd: this.path,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

Deno.test("a step is done once", async () => {
  await using workshop = new Workshop();
  await workshop.write("input.txt", "one\ntwo\n");
  const first = await workshop.build();
  assertStringIncludes(first.out, "[1/2] count\n    $ sh -c");
  assertEquals(await workshop.read("report"), "2 lines");
  const second = await workshop.build();
  assertEquals(
    second.out,
    "[1/2] count: up to date\n[2/2] report: up to date\n",
  );
});

Deno.test("a step is done again when an input, or what it needs, changes", async () => {
  await using workshop = new Workshop();
  await workshop.write("input.txt", "one\n");
  await workshop.build();
  await workshop.write("input.txt", "one\ntwo\nthree\n");
  await workshop.build();
  assertEquals(await workshop.read("report"), "3 lines");
  assertEquals(await workshop.read(".build/count/runs"), "run\n");
});

Deno.test("a step is done again when its output is gone", async () => {
  await using workshop = new Workshop();
  await workshop.write("input.txt", "one\n");
  await workshop.build();
  await Deno.remove(`${workshop.path}/report`);
  assertStringIncludes(
    (await workshop.build()).out,
    "[1/2] count: up to date\n[2/2] report\n",
  );
  assertEquals(await workshop.read("report"), "1 lines");
});

Deno.test("a step that fails shows its command, its last words and its log", async () => {
  await using workshop = new Workshop();
  await workshop.write("input.txt", "one\n");
  await workshop.write("broken", "");
  const { code, err } = await workshop.build();
  assertEquals(code, 1);
  assertStringIncludes(
    err,
    "failed with exit code 7\nno luck\nThe whole log: .build/logs/count.log",
  );
});

Deno.test("a step that was interrupted goes on, and one that changed starts afresh", async () => {
  await using workshop = new Workshop();
  await workshop.write("input.txt", "one\n");
  await workshop.write("broken", "");
  await workshop.build();
  await Deno.remove(`${workshop.path}/broken`);
  await workshop.build();
  assertEquals(await workshop.read(".build/count/runs"), "run\nrun\n");
  await workshop.write("input.txt", "");
  await workshop.build();
  assertEquals(await workshop.read(".build/count/runs"), "run\n");
});
