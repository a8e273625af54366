/**
 * A shop that lets a Python file decide about its orders.
 *
 * @module
 */

import { Decimal, loadPlugin } from "@x/py-plugin";

/** What `plugin.py` offers; `types plugins/rules/plugin.py` writes the like. */
interface Rules {
  /** Decide about many orders. */
  // deno-lint-ignore camelcase -- that is its name in Python
  decide_all(orders: readonly unknown[]): {
    readonly order: number;
    readonly accepted: boolean;
    readonly total: Decimal;
    readonly notes: readonly string[];
  }[];
}

const orders = [
  {
    id: 1,
    customer: "ann",
    coupon: "SPRING",
    lines: [{ item: "tea", count: 3, price: new Decimal("4.50") }],
  },
  { id: 2, customer: "bob", lines: [] },
  {
    id: 3,
    customer: "eve",
    lines: [{ item: "desk", count: 4, price: new Decimal("399.99") }],
  },
];

await using plugin = await loadPlugin(new URL("plugin.py", import.meta.url));
const rules = plugin.as<Rules>();
for (const decision of await rules.decide_all(orders)) {
  const word = decision.accepted ? "accepted" : "refused";
  const notes = decision.notes.map((note) => ` (${note})`).join("");
  // deno-lint-ignore no-console -- an example shows what it does
  console.log(`order ${decision.order}: ${word}, ${decision.total}${notes}`);
}
