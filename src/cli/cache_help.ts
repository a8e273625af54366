/**
 * What the program says about `cache`.
 *
 * @module
 */

/** The line that wrong usage is answered with. */
export const CACHE_USAGE =
  "usage: py-plugin cache info | clear; py-plugin cache --help tells more";

/** What `cache --help` prints. */
export const CACHE_HELP =
  `usage: py-plugin cache info    what is kept, and where
       py-plugin cache clear   remove it

A plugin that is run a second time gets a warm image: a Python that has read and
compiled its files, and has imported the modules of the standard library that it
begins by importing. Later runs go on from there, and start sooner. None of the
plugin's own code has run in it, so nothing else changes. A plugin whose files
change is another plugin.

Images are kept in $XDG_CACHE_HOME/py-plugin or ~/.cache/py-plugin (macOS:
~/Library/Caches/py-plugin, Windows: %LOCALAPPDATA%\\py-plugin\\cache), where
Deno allows it already: -A does. There are at most 64; with what every start
begins with they have at most 256 MiB, and what nobody used for longest goes
first. What finds no room is tried again a day later. Removing is always safe.

A run with --seed, --now, --trace, --explain-permissions, --max-depth or
--log=trace does without, and so does one with --no-cache.

  --help  print this and leave
`;
