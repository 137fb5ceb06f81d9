"""One job, done with the official SDK for Python: `python bench.py RUNTIME JOB COUNT [AT_ONCE]`.

Prints the same line of JSON as `bench-ours`.
"""

import asyncio
import json
import os
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


async def new_session(client):
    hooks = {"on_pre_tool_use": no_opinion} if KIND == "hook" else None
    return await client.create_session(
        streaming=True, tools=[get_weather], on_permission_request=PermissionHandler.approve_all, hooks=hooks
    )


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


async def measured(what):
    begun = time.perf_counter_ns()
    delivered = await what
    return delivered, time.perf_counter_ns() - begun


async def run():
    if KIND == "start":
        return await measured(starts())
    client = new_client()
    await client.start()
    if KIND == "ping":
        return await measured(pings(client))
    if KIND == "sessions":
        return await measured(sessions(client))
    return await measured(turn(await new_session(client)))


delivered, nanoseconds = asyncio.run(asyncio.wait_for(run(), 300))
line = {"job": KIND, "count": COUNT, "at_once": AT_ONCE, "delivered": delivered, "nanoseconds": nanoseconds}
print(json.dumps(line), flush=True)
# Without its cleanup: what is measured is over.
os._exit(0 if delivered == COUNT else 1)
