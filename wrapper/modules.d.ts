/** CPython and the C wrapper, compiled. */
export const python: WebAssembly.Module;
