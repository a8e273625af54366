"""asyncio's part for this platform: its clock and its events are the host's.

It stands in the place of CPython's file of this name. There are no sockets,
pipes or processes to select from: a loop waits for timers, and for promises of
the host's. While it waits, the host goes on, and may call the plugin.
"""

import math
import time

import _plug

from . import base_events, events
from _py_plugin_interrupt import SOON, due, heard, main_tasks, steps, tell

__all__ = ("SelectorEventLoop", "EventLoop")

#: What _plug.idle() takes for the loop of the host's calls, and any other.
CALLS_LOOP, OTHER_LOOP = 0, -1

#: How long a loop with work to do leaves the host waiting, in seconds.
_PATIENCE = 0.005

#: The futures that wait for a promise of the host's, by its number.
_waiting = {}

#: The loop that is waiting right now, with nothing running above it.
_idle = None


def idle_loop():
    """The loop that waits right now and can be given something to do."""
    return _idle


def set_idle_loop(loop):
    """Set what idle_loop() tells; returns what it told before."""
    global _idle
    before, _idle = _idle, loop
    return before


async def settled(number):
    """The value of the host's promise with a number, once it has one."""
    future = events.get_running_loop().create_future()
    _waiting.setdefault(number, []).append(future)
    _plug.watch(number)
    try:
        return await future
    finally:
        waiting = _waiting.get(number)
        if waiting is not None and future in waiting:  # it was cancelled
            waiting.remove(future)
            if not waiting:
                del _waiting[number]


class HostLoop(base_events.BaseEventLoop):
    """An event loop on the host's timers and promises."""

    _kind = OTHER_LOOP

    def __init__(self):
        super().__init__()
        self._looked = self.time()
        #: What is called when it is closed, by what it is about.
        self.when_closed = {}
        #: What is raised when it has nothing in hand, if anything.
        self.give_up = None
        #: Whether it sleeps, and may be interrupted.
        self.is_asleep = False

    @property
    def _selector(self):
        return self  # BaseEventLoop calls its select()

    def select(self, timeout):
        """Wait for `timeout` seconds at most: the promises that were settled."""
        if due:
            _plug.remind(SOON)  # who looked for them may have been cut short
        if steps:
            steps.clear()  # nobody has kept the loop from its work
        if self.give_up is not None:
            error, self.give_up = self.give_up, None
            heard()
            raise error
        busy = timeout is not None and timeout <= 0
        if busy and not self._should_look():
            return ()
        if not _plug.may_wait():
            return () if busy else self._stand_still(timeout)
        try:
            return self._idle(timeout)
        except TimeoutError as error:  # the call that it is run in is over
            mains = main_tasks(self)
            if not mains:
                raise
            tell(mains, str(error), mains)
            return ()

    def _idle(self, timeout):
        """Let the host go on, until there is something to do."""
        before = set_idle_loop(self)
        events._set_running_loop(None)  # who calls now may run one of its own
        try:
            ms = -1 if timeout is None else math.ceil(timeout * 1000)
            # A task may have been told something since `timeout` was known.
            return _plug.idle(self._kind, 0 if self._ready else ms)
        finally:
            events._set_running_loop(self)
            set_idle_loop(before)
            self._looked = self.time()

    @property
    def is_owed(self):
        """Whether somebody waits for one of its tasks."""
        return bool(self.when_closed)

    def close(self):
        """Close it; whoever waits for one of its tasks is told."""
        super().close()
        for callback in tuple(self.when_closed.values()):
            callback()

    def _should_look(self):
        """Whether the host has been left alone for too long."""
        return bool(_waiting) or self.time() - self._looked > _PATIENCE

    def _stand_still(self, timeout):
        """Wait where the host cannot go on meanwhile."""
        if timeout is None or self._waits_for_host():
            from _py_plugin_host import refuse_wait

            refuse_wait(None)
        self.is_asleep = True
        try:
            time.sleep(0 if self._ready else timeout)
        except TimeoutError:
            pass  # a task has it
        finally:
            self.is_asleep = False
        return ()

    def _waits_for_host(self):
        return any(
            future.get_loop() is self and not future.done()
            for futures in _waiting.values()
            for future in futures
        )

    def _process_events(self, settled):
        for number, fulfilled, value in settled:
            for future in _waiting.pop(number, ()):
                if not future.done() and not future.get_loop().is_closed():
                    _settle(future, fulfilled, value)

    def _write_to_self(self):
        """There is no other thread that this loop would have to be woken by."""

    async def getaddrinfo(self, host, port, **options):
        """What the socket module says of it: there are no sockets."""
        import socket

        return socket.getaddrinfo(host, port, **options)

    async def getnameinfo(self, sockaddr, flags=0):
        """What the socket module says of it: there are no sockets."""
        import socket

        return socket.getnameinfo(sockaddr, flags)

    async def _make_subprocess_transport(self, protocol, args, shell, *_, **__):
        import subprocess

        subprocess.Popen(args, shell=shell)  # which says why it cannot be


def _settle(future, fulfilled, value):
    if fulfilled:
        future.set_result(value)
    elif isinstance(value, StopIteration):  # no future can have it
        error = RuntimeError("the host's function raised StopIteration")
        error.__cause__ = value
        future.set_exception(error)
    else:
        future.set_exception(value)


class _HostEventLoopPolicy(events._BaseDefaultEventLoopPolicy):
    _loop_factory = HostLoop


SelectorEventLoop = EventLoop = HostLoop
_DefaultEventLoopPolicy = _HostEventLoopPolicy
