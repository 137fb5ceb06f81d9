// One job, done with the official SDK for Node: `node bench.mjs RUNTIME JOB COUNT [AT_ONCE]`.
// Prints the same line of JSON as `bench-ours`.

import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { CopilotClient, RuntimeConnection, approveAll, defineTool } from "@github/copilot-sdk";

const [runtime, kind, count = "1", atOnce = "1"] = process.argv.slice(2);
const job = { kind, count: Number(count), atOnce: Number(atOnce) };
const COUNTED = {
  delta: "assistant.message_delta",
  tool: "external_tool.requested",
  permission: "permission.requested",
};

const newClient = () => new CopilotClient({ connection: RuntimeConnection.forStdio({ path: runtime }) });

const getWeather = defineTool("get_weather", {
  description: "Get the weather forecast for a city.",
  parameters: {
    type: "object",
    properties: {
      city: { type: "string", description: "City name." },
      days_ahead: { type: "integer", description: "Days ahead." },
      unit: { type: "string" },
    },
    required: ["city", "days_ahead"],
  },
  handler: async ({ city, days_ahead, unit }) => `sunny in ${city} in ${days_ahead} days, ${unit}`,
});

const configuration = {
  streaming: true,
  tools: [getWeather],
  onPermissionRequest: approveAll,
  hooks: job.kind === "hook" ? { onPreToolUse: async () => {} } : undefined,
};
const newSession = (client) => client.createSession(configuration);

async function starts() {
  for (let number = 0; number < job.count; number++) {
    const client = newClient();
    await client.start();
    await client.stop();
  }
  return job.count;
}

async function pings(client) {
  const caller = async () => {
    for (let number = 0; number < job.count / job.atOnce; number++) await client.ping("hello");
  };
  await Promise.all(Array.from({ length: job.atOnce }, caller));
  return job.count;
}

async function sessions(client) {
  const held = [];
  for (let number = 0; number < job.count; number++) held.push(await newSession(client));
  return held.length;
}

async function turn(session) {
  let delivered = 0;
  const idle = new Promise((resolve) => {
    session.on((event) => {
      if (event.type === COUNTED[job.kind]) delivered += 1;
      if (event.type === "assistant.message" && job.kind === "large")
        delivered += Math.floor(event.data.content.length / 2 ** 20);
      if (event.type === "session.idle") resolve();
    });
  });
  await session.send({ prompt: `${job.kind} ${job.count} ${job.atOnce}` });
  await idle;
  // The runtime ends the turn when it has every answer.
  return job.kind === "hook" ? job.count : delivered;
}

// Deltas between two answers to pings, as the runtime sends them.
const PER_PING = 100;
const latencies = [];
const now = process.hrtime.bigint;
const timed = (begun, end) => latencies.push(Number(end - begun));

// Times pings during a flood of deltas, of which one per millisecond is read. Events come to a callback that
// cannot wait: a slow reader queues them itself.
async function slow(client) {
  const session = await newSession(client);
  const queue = [];
  let flooded = true;
  session.on((event) => queue.push(event));
  const read = async () => {
    for (let next = 0, delivered = 0; ; next++) {
      while (next === queue.length) await setTimeout(1);
      if (queue[next].type === "session.idle") return delivered;
      delivered += queue[next].type === "assistant.message_delta";
      if (flooded) await setTimeout(1);
    }
  };
  const reader = read();
  await session.send({ prompt: `slow ${job.count}` });
  for (let number = 0; number < job.count / PER_PING; number++) {
    const begun = now();
    await client.ping("hello");
    timed(begun, now());
  }
  flooded = false;
  return reader;
}

// Sends a prompt and reads its turn. Returns when the first delta was there.
async function firstDelta(session) {
  let first, off;
  const idle = new Promise((resolve) => {
    off = session.on((event) => {
      if (event.type === "assistant.message_delta") first ??= now();
      if (event.type === "session.idle") resolve();
    });
  });
  await session.send({ prompt: "delta 1" });
  await idle;
  off();
  return first;
}

async function firsts(session) {
  for (let number = 0; number < job.count; number++) timed(now(), await firstDelta(session));
  return job.count;
}

// Kills the runtime, and times how soon one answers again: a ping, or a prompt of a session that was open.
// The program starts it by hand when a call fails; it makes one every millisecond, because one that is cut off
// never ends.
async function restarts() {
  for (let number = 0; number < job.count; number++) {
    const client = newClient();
    await client.start();
    const session = await newSession(client);
    await firstDelta(session);
    process.kill(Number((await client.ping()).message), "SIGKILL");
    const begun = now();
    await new Promise((resolve) => {
      const timer = setInterval(() => client.ping("hello").catch(() => resolve(clearInterval(timer))), 1);
    });
    const again = newClient();
    await again.start();
    if (job.kind === "restart") {
      await again.ping("hello");
      timed(begun, now());
    } else {
      timed(begun, await firstDelta(await again.resumeSession(session.sessionId, configuration)));
    }
    await again.stop();
    await client.forceStop();
  }
  return job.count;
}

async function run() {
  if (job.kind === "start") return measured(starts);
  if (job.kind === "restart" || job.kind === "resume") return measured(restarts);
  const client = newClient();
  await client.start();
  switch (job.kind) {
    case "ping":
      return measured(() => pings(client));
    case "sessions":
      return measured(() => sessions(client));
    case "slow":
      return measured(() => slow(client));
    default: {
      const session = await newSession(client);
      return measured(() => (job.kind === "first" ? firsts(session) : turn(session)));
    }
  }
}

async function measured(what) {
  const begun = now();
  const delivered = await what();
  return [delivered, now() - begun];
}

const [delivered, time] = await run();
console.log(
  JSON.stringify({
    job: job.kind,
    count: job.count,
    at_once: job.atOnce,
    delivered,
    nanoseconds: Number(time),
    latencies,
    peak_kib: Number(readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s*(\d+)/)[1]),
  }),
);
process.exit(delivered === job.count ? 0 : 1);
