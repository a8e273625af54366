/** The rest of CPython's code, compiled. */
export const rest: WebAssembly.Module;
