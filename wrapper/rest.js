// @ts-self-types="./rest.d.ts"
// The code that few runs need, as modules.js has the code that all need.
import source rest from "./dist/rest.wasm";

export { rest };
