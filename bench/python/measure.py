# Put at the end of a program that defines `run()` and `RESULTS`: prints how many
# milliseconds a run takes in the first second, warm-up included, and the best
# run of the seconds after it.
def _measure(first_seconds, steady_seconds):
    import json
    import time

    size, expected = next(iter(RESULTS.items()))

    def once():
        before = time.perf_counter()
        result = run(size)
        after = time.perf_counter()
        if result != expected:
            raise AssertionError(f"{result!r} is not {expected!r}")
        return after - before

    def repeat(seconds):
        end = time.perf_counter() + seconds
        times = [once()]
        while time.perf_counter() < end:
            times.append(once())
        return times

    first = repeat(first_seconds)
    steady = repeat(steady_seconds)
    print(json.dumps([sum(first) / len(first) * 1000, min(steady) * 1000]))


