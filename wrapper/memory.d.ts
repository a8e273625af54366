/** A module that fills the memory which it imports. */
export const memory: WebAssembly.Module;
