/**
 * What the program says about `serve`.
 *
 * @module
 */

/** The line that wrong usage is answered with. */
export const SERVE_USAGE =
  "usage: py-plugin serve [FLAG ...] PLUGIN; py-plugin serve --help tells more";

/** What `serve --help` prints. */
export const SERVE_HELP = `usage: py-plugin serve [FLAG ...] PLUGIN [ARG ...]

Serve a plugin over HTTP: a pool of instances, each in a thread of its own.

  POST /run         the body is the payload of run_e; its result is the answer
  POST /call/NAME   call a function with a list of arguments, or with an object
                    {"args": [1], "kwargs": {"b": 2}}, as application/json or
                    application/cbor; those of __all__, or else all that the
                    module defines without a leading _
  GET /healthz      200 while calls are taken and an instance is there
  GET /metrics      numbers for Prometheus

Listening
  --host=ADDRESS      listen there (default: 127.0.0.1)
  --port=PORT         and there (default: 8080; 0 is any free one)
  --max-body=SIZE     refuse larger requests (default: 10MiB)
  --drain=TIME        at the end, wait so long for what was accepted
                      (default: 30s)

Pool
  --pool=N            so many instances (default: one for each processor)
  --max-queue=N       so many requests may wait (default: 64 for each instance);
                      one more is refused with 503
  --recycle-calls=N   a fresh instance after so many calls
  --recycle-age=TIME  a fresh instance when one is so old

The flags for permissions and limits are those of py-plugin --help; --timeout
is 30s when it is not given, and includes the wait for an instance.

  --log=LEVEL         show the plugin's log from this level on (default: info);
                      each request is a line of its own
  --help              print this and leave

SIGTERM and SIGINT end it: nothing more is accepted, what was accepted is
answered, and the exit status is 0. A second one ends it at once.

Examples
  py-plugin serve plugins/reverse/plugin.py --port 8080
  py-plugin serve --pool=4 --timeout=2s --memory=256MB plugin.py
  curl --data 'Hello there' http://127.0.0.1:8080/run
  curl --json '[1, 2]' http://127.0.0.1:8080/call/add
`;
