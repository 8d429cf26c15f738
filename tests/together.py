"""Several things done at the same moment."""

import threading


def in_threads(count, task):
    """Run ``task(number)`` in threads that start together; returns what they returned or raised."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(number):
        barrier.wait()
        try:
            results[number] = task(number)
        except Exception as error:  # noqa: BLE001  (handed to the test)
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
