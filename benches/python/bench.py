"""One job, done with the official SDK for Python: `python bench.py RUNTIME JOB COUNT [AT_ONCE]`.

Prints the same line of JSON as `bench-ours`.
"""

import asyncio
import json
import os
import pathlib
import re
import signal
import sys
import time

from copilot import CopilotClient, PermissionHandler, RuntimeConnection, define_tool
from pydantic import BaseModel, Field

RUNTIME, KIND, *NUMBERS = sys.argv[1:]
COUNT, AT_ONCE = (int(number) for number in (NUMBERS + ["1", "1"])[:2])
COUNTED = {
    "delta": "assistant.message_delta",
    "tool": "external_tool.requested",
    "permission": "permission.requested",
}
# Deltas between two answers to pings, as the runtime sends them.
PER_PING = 100
LATENCIES = []


class Place(BaseModel):
    city: str = Field(description="City name.")
    days_ahead: int = Field(description="Days ahead.")
    unit: str | None = None


@define_tool(description="Get the weather forecast for a city.")
async def get_weather(place: Place) -> str:
    return f"sunny in {place.city} in {place.days_ahead} days, {place.unit}"


async def no_opinion(_input, _invocation):
    return None


def new_client():
    return CopilotClient(connection=RuntimeConnection.for_stdio(path=RUNTIME))


CONFIGURATION = {
    "streaming": True,
    "tools": [get_weather],
    "on_permission_request": PermissionHandler.approve_all,
    "hooks": {"on_pre_tool_use": no_opinion} if KIND == "hook" else None,
}


async def new_session(client):
    return await client.create_session(**CONFIGURATION)


async def starts():
    for _ in range(COUNT):
        client = new_client()
        await client.start()
        await client.stop()
    return COUNT


async def pings(client):
    async def caller():
        for _ in range(COUNT // AT_ONCE):
            await client.ping("hello")

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return COUNT // AT_ONCE * AT_ONCE


async def sessions(client):
    return len([await new_session(client) for _ in range(COUNT)])


async def turn(session):
    delivered, idle = 0, asyncio.Event()

    def count(event):
        nonlocal delivered
        kind = event.type.value
        if kind == COUNTED.get(KIND):
            delivered += 1
        elif kind == "assistant.message" and KIND == "large":
            delivered += len(event.data.content) // 2**20
        elif kind == "session.idle":
            idle.set()

    session.on(count)
    await session.send(f"{KIND} {COUNT} {AT_ONCE}")
    await idle.wait()
    # The runtime ends the turn when it has every answer.
    return COUNT if KIND == "hook" else delivered


async def slow(client):
    """Times pings during a flood of deltas, of which one per millisecond is read.

    Events come to a callback that cannot wait: a slow reader queues them itself.
    """
    session, queue, flooded = await new_session(client), asyncio.Queue(), True
    session.on(queue.put_nowait)

    async def read():
        delivered = 0
        while (kind := (await queue.get()).type.value) != "session.idle":
            delivered += kind == "assistant.message_delta"
            if flooded:
                await asyncio.sleep(0.001)
        return delivered

    reader = asyncio.create_task(read())
    await session.send(f"slow {COUNT}")
    for _ in range(COUNT // PER_PING):
        begun = time.perf_counter_ns()
        await client.ping("hello")
        LATENCIES.append(time.perf_counter_ns() - begun)
    flooded = False
    return await reader


async def first_delta(session):
    """Sends a prompt and reads its turn. Returns when the first delta was there."""
    first, idle = [], asyncio.Event()

    def note(event):
        kind = event.type.value
        if kind == "assistant.message_delta":
            first.append(time.perf_counter_ns())
        elif kind == "session.idle":
            idle.set()

    off = session.on(note)
    await session.send("delta 1")
    await idle.wait()
    off()
    return first[0]


async def firsts(session):
    for _ in range(COUNT):
        begun = time.perf_counter_ns()
        LATENCIES.append(await first_delta(session) - begun)
    return COUNT


async def restarts():
    """Kills the runtime, and times how soon one answers again: a ping, or a prompt of a session that was open.

    The program starts it by hand when a call fails.
    """
    for _ in range(COUNT):
        client = new_client()
        await client.start()
        session = await new_session(client)
        await first_delta(session)
        os.kill(int((await client.ping()).message), signal.SIGKILL)
        begun = time.perf_counter_ns()
        try:
            await client.ping("hello")
            return 0
        except Exception:
            again = new_client()
            await again.start()
        if KIND == "restart":
            await again.ping("hello")
            LATENCIES.append(time.perf_counter_ns() - begun)
        else:
            resumed = await again.resume_session(session.session_id, **CONFIGURATION)
            LATENCIES.append(await first_delta(resumed) - begun)
        await again.stop()
        await client.force_stop()
    return COUNT


async def measured(what):
    begun = time.perf_counter_ns()
    delivered = await what
    return delivered, time.perf_counter_ns() - begun


async def run():
    if KIND == "start":
        return await measured(starts())
    if KIND in ("restart", "resume"):
        return await measured(restarts())
    client = new_client()
    await client.start()
    if KIND == "ping":
        return await measured(pings(client))
    if KIND == "sessions":
        return await measured(sessions(client))
    if KIND == "slow":
        return await measured(slow(client))
    session = await new_session(client)
    return await measured(firsts(session) if KIND == "first" else turn(session))


delivered, nanoseconds = asyncio.run(asyncio.wait_for(run(), 300))
line = {"job": KIND, "count": COUNT, "at_once": AT_ONCE, "delivered": delivered, "nanoseconds": nanoseconds}
line["latencies"] = LATENCIES
status = pathlib.Path("/proc/self/status").read_text()
line["peak_kib"] = int(re.search(r"VmHWM:\s*(\d+)", status)[1])
print(json.dumps(line), flush=True)
# Without its cleanup: what is measured is over.
os._exit(0 if delivered == COUNT else 1)
