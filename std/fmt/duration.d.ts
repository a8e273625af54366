// Signatures of the real @std package (MIT, the Deno authors), so that a check here
// says what a check against the registry's package says.

export interface FormatOptions {
  style?: "narrow" | "digital" | "full";
  ignoreZero?: boolean;
}
export declare function format(ms: number, options?: FormatOptions): string;

export {};
