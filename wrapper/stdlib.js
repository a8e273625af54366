// @ts-self-types="./stdlib.d.ts"
// The files of the standard library, as modules.js has the rest.
import source stdlib from "./dist/stdlib.wasm";

export { stdlib };
