// Signatures of the real @std package (MIT, the Deno authors), so that a check here
// says what a check against the registry's package says.

export interface FormatOptions {
  bits?: boolean;
  binary?: boolean;
  signed?: boolean;
  locale?: boolean | string | string[];
  minimumFractionDigits?: number;
  maximumFractionDigits?: number;
}
export declare function format(num: number, options?: FormatOptions): string;

export {};
