/**
 * Preloaded by a test run: names are looked up by the kernel from the first
 * one on, where a guest would look at a hundred before.
 *
 * @module
 */

import { HostBudget } from "../../src/wasi/host_budget.ts";
import { Kernel } from "../../src/wasi/host_kernel.ts";

const kernel = Kernel.load();
if (kernel === null) throw new Error("Cannot load the kernel's calls");
Object.defineProperty(HostBudget.prototype, "kernel", { value: kernel });
