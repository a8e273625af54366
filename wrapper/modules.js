// @ts-self-types="./modules.d.ts"
// The artifact as the module graph carries it: no permission, no flag.
// Import this dynamically: V8 starts work on the bytes as soon as it is loaded.
import source python from "./dist/python.wasm";

export { python };
