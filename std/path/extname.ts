// @ts-types="./extname.d.ts"
export * from "npm:deno-std@1.4.0/path/extname.js";
