/** CPython and the C wrapper, compiled. */
export const python: WebAssembly.Module;
/** The standard library's image and its decompressor, compiled. */
export const stdlib: WebAssembly.Module;
