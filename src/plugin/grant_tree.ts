/**
 * The paths that grants name, as a tree: what holds at a place follows from
 * the marks on the way to it.
 *
 * ```text
 *   /            read=/proj  write=/proj/out  denyRead=/proj/.git
 *   └── proj        read
 *       ├── .git    deny read
 *       └── out     write
 * ```
 *
 * @module
 */

/** What may be done at a place. */
export interface Reach {
  /** Its content, and that it is there. */
  readonly read: boolean;
  /** Making, changing and removing. */
  readonly write: boolean;
}

/** What lies at a place of the guest whatever the host has there. */
export type Fixture =
  /** The guest's own: `/plugin`, `/python`, `/dev`. */
  | { readonly kind: "own" }
  /** A directory in memory of so many bytes. */
  | { readonly kind: "tmp"; readonly bytes: number }
  /** A host directory or file under another name. */
  | {
    readonly kind: "mount";
    readonly host: readonly string[];
    readonly readOnly: boolean;
  };

/** What a grant says of a place and everything below it. */
export type Mark = "read" | "write" | "denyRead" | "denyWrite";

/** One name of the tree. */
export interface Branch {
  /** What grants say of this very place. */
  readonly marks: Set<Mark>;
  /** What lies here instead of what the host has. */
  fixture?: Fixture;
  /** Grants from above end here: only one that names it goes further. */
  barrier?: boolean;
  /** The places below that some grant names. */
  readonly inside: Map<string, Branch>;
}

/** What holds at a place, from the root to it. */
export interface Flow {
  /** Every mark met so far. */
  readonly marks: ReadonlySet<Mark>;
  /** The fixture that the place lies in, if it does. */
  readonly fixture: Fixture | undefined;
}

const DENIALS: readonly Mark[] = ["denyRead", "denyWrite"];
const OUTSIDE: Flow = { marks: new Set(), fixture: undefined };

/** A tree in which nothing is granted. */
export function bareBranch(): Branch {
  return { marks: new Set(), inside: new Map() };
}

/** The branch at a place, made with those on the way. */
export function branchAt(root: Branch, names: readonly string[]): Branch {
  let branch = root;
  for (const name of names) {
    let next = branch.inside.get(name);
    if (next === undefined) branch.inside.set(name, next = bareBranch());
    branch = next;
  }
  return branch;
}

/** What holds at a branch, given what holds above it. */
export function flowInto(branch: Branch, above: Flow = OUTSIDE): Flow {
  const allows = branch.marks.has("read") || branch.marks.has("write");
  if (branch.fixture === undefined && !branch.barrier) {
    // A path granted inside /tmp in memory is the host's again.
    const leaves = above.fixture !== undefined && allows;
    const marks = leaves ? denials(above) : above.marks;
    return {
      marks: branch.marks.size === 0 ? marks : marks.union(branch.marks),
      fixture: leaves ? undefined : above.fixture,
    };
  }
  return {
    marks: denials(above).union(branch.marks),
    fixture: branch.fixture,
  };
}

/** What may be done where a flow has come to; a denial always wins. */
export function reachOf(flow: Flow): Reach {
  const { fixture, marks } = flow;
  if (fixture !== undefined) {
    const fixed = fixture.kind === "own" ||
      (fixture.kind === "mount" && fixture.readOnly);
    return { read: true, write: !fixed };
  }
  return {
    read: marks.has("read") && !marks.has("denyRead"),
    write: marks.has("write") && !marks.has("denyWrite"),
  };
}

/** What holds at a place, and its branch if a grant names it or goes on. */
export function follow(
  root: Branch,
  names: readonly string[],
): { readonly flow: Flow; readonly branch: Branch | undefined } {
  let branch: Branch | undefined = root;
  let flow = flowInto(root);
  for (const name of names) {
    branch = branch?.inside.get(name);
    if (branch === undefined) break;
    flow = flowInto(branch, flow);
  }
  return { flow, branch };
}

/** Whether something at a branch or below it can be reached. */
export function leadsSomewhere(branch: Branch, flow: Flow): boolean {
  const { read, write } = reachOf(flow);
  if (read || write) return true;
  return [...branch.inside.values()].some((inner) =>
    leadsSomewhere(inner, flowInto(inner, flow))
  );
}

/** Whether something that was granted lies below. */
export function isWay({ inside }: Branch): boolean {
  return [...inside.values()].some((inner) =>
    inner.marks.has("read") || inner.marks.has("write") ||
    inner.fixture !== undefined || isWay(inner)
  );
}

/** Whether something of the host's at a branch or below may be changed. */
export function changesHost({ marks, fixture, inside }: Branch): boolean {
  return marks.has("write") ||
    (fixture?.kind === "mount" && !fixture.readOnly) ||
    [...inside.values()].some(changesHost);
}

function denials(flow: Flow): ReadonlySet<Mark> {
  return new Set(DENIALS.filter((mark) => flow.marks.has(mark)));
}
