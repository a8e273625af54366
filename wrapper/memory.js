// @ts-self-types="./memory.d.ts"
// What the memory of CPython holds at first, for who has not kept it elsewhere.
import source memory from "./dist/memory.wasm";

export { memory };
