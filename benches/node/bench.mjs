// One job, done with the official SDK for Node: `node bench.mjs RUNTIME JOB COUNT [AT_ONCE]`.
// Prints the same line of JSON as `bench-ours`.

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

const newSession = (client) =>
  client.createSession({
    streaming: true,
    tools: [getWeather],
    onPermissionRequest: approveAll,
    hooks: job.kind === "hook" ? { onPreToolUse: async () => {} } : undefined,
  });

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

async function run() {
  if (job.kind === "start") return measured(starts);
  const client = newClient();
  await client.start();
  switch (job.kind) {
    case "ping":
      return measured(() => pings(client));
    case "sessions":
      return measured(() => sessions(client));
    default: {
      const session = await newSession(client);
      return measured(() => turn(session));
    }
  }
}

async function measured(what) {
  const begun = process.hrtime.bigint();
  const delivered = await what();
  return [delivered, process.hrtime.bigint() - begun];
}

const [delivered, time] = await run();
console.log(
  JSON.stringify({ job: job.kind, count: job.count, at_once: job.atOnce, delivered, nanoseconds: Number(time) }),
);
process.exit(delivered === job.count ? 0 : 1);
