/** The standard library's image and its decompressor, compiled. */
export const stdlib: WebAssembly.Module;
