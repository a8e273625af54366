/**
 * What the program says about itself.
 *
 * @module
 */

/** The line that wrong usage is answered with. */
export const USAGE =
  "usage: py-plugin [FLAG ...] PLUGIN [ARG ...]; py-plugin --help tells more";

/** What `--help` prints. */
export const HELP = `usage: py-plugin [FLAG ...] PLUGIN [ARG ...]

Run a Python plugin or script in an instance of its own. It sees its own files
and the standard library, and of this machine only what flags grant.

PLUGIN is a .py file, a directory with a plugin.py, a .wasm module that speaks
SE2, or a URL (https:, jsr:@scope/name/plugin.py) of one of these files.

A file that defines run_e(payload, ident) is a plugin. Its payload is the first
ARG, or else standard input, or else empty; its result is printed. Any other
file is a script: it gets every ARG in sys.argv, and its exit status is this
program's.

Flags stand before PLUGIN; everything after it belongs to the plugin.

types writes TypeScript declarations of a plugin, or Python stubs of a host;
serve puts a plugin behind HTTP; cache tells and clears what is kept to start
plugins sooner. py-plugin types --help, serve --help and cache --help tell more.
A plugin of such a name is ./types.

Output
  --output=FILE  write the result's exact bytes to FILE instead of printing it
  --log=LEVEL    show the log from this level on (default: info); one of
                 error, warn, info, debug, trace (host and wrapper as well)
  --color=WHEN   auto (on a terminal), always or never; never under NO_COLOR
  --no-cache     neither use nor keep what makes the next start sooner
  --version      print the versions and leave
  --help         print this and leave

Permissions: nothing is granted unless a flag says so. They are the words that
Deno uses, for the plugin; what Deno itself may not do no flag here can grant.
  --allow-read[=PATH,...]   read these files and directories; without PATH all
  --allow-write[=PATH,...]  make, change and remove there
  --deny-read=PATH,...      never read there, whatever --allow-read says
  --deny-write=PATH,...     never write there, whatever --allow-write says
  --allow-env[=NAME,...]    pass these variables of yours; AWS_* is all that
                            start so; without NAME all
  --deny-env=NAME,...       never pass these of yours, whatever --allow-env says
  --env NAME=VALUE          set a variable
  --mount HOST:GUEST[:ro]   show the host's HOST as GUEST; ro: read-only
  --tmp[=SIZE]              an empty /tmp in memory (default: 64MiB)
  --allow-hrtime            clocks in full resolution, not in steps of 0.1 ms

Limits: what it may use up. There is none but 1 GiB of memory.
  --timeout=TIME            how long it may take in all: 200ms, 5s, 2m
  --cpu-time=TIME           how long it may run, without waiting
  --memory=SIZE             its memory: 256MB, 1GiB; at least 24MiB
  --max-output=SIZE         what it may print
  --max-result=SIZE         what its result may have
  --max-host-calls=N        calls of the host's functions
  --max-files=N             files that are open at a time; at least 5
  --max-depth=N             how deep Python functions call; at least 50
  A size is 64MB (64 000 000 bytes), 64MiB or 64M (64 * 2^20).

Runs that can be repeated, and looked into
  --seed N                  draw all that is random from N
  --now TIME                start the clock at TIME (2026-01-31T12:00:00Z); it
                            goes on by 0.1 ms at each look
  --trace=FILE              write each syscall, host call and refusal to FILE
                            as JSON lines; - is standard error
  --explain-permissions     at the end, tell what was granted and what the
                            plugin tried and was refused

Examples
  py-plugin plugins/reverse/plugin.py "Hello there"
  py-plugin --output=report.json plugins/csv_summary < sales.csv
  py-plugin --allow-read=data --allow-write=data/out convert.py
  py-plugin --mount ./in:/data:ro --tmp=256MB --env LEVEL=2 job.py
  py-plugin --timeout=5s --memory=256MB --max-output=1MB script.py
  py-plugin --explain-permissions script-from-the-net.py

Exit status: 0 success, 1 the plugin failed, or all but its trace went well, 2
wrong usage, no such plugin or not granted what it asks for, 70 a fault of
py-plugin itself, 124 a limit was exceeded; a script's own status otherwise.
`;
