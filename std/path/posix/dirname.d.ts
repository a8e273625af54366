// Signatures of the real @std package (MIT, the Deno authors), so that a check here
// says what a check against the registry's package says.

export declare function dirname(path: string | URL): string;
