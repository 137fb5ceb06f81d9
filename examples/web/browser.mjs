// Uses the page as two people do: `node browser.mjs SERVER CHROMIUM`. Fails unless every step does what it says.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [program, chromium] = process.argv.slice(2);
const PATIENCE = 60_000;

/** Fails after a while, and says for what it has waited. */
function within(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited in vain for: ${what}`)), PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The server, and the lines that it prints. */
class Server {
    constructor() {
        this.process = spawn(program, ["0"], { stdio: ["ignore", "pipe", "inherit"] });
        this.ended = new Promise((resolve) => this.process.on("close", resolve));
        this.lines = [];
        this.waiting = [];
        createInterface({ input: this.process.stdout }).on("line", (line) => {
            this.lines.push(line);
            this.waiting = this.waiting.filter((look) => !look());
        });
    }

    /** Waits for a line that begins so, and gives the rest of it. */
    line(beginning) {
        const found = new Promise((resolve) => {
            const look = () => {
                const line = this.lines.find((line) => line.startsWith(beginning));
                if (line !== undefined) resolve(line.slice(beginning.length).trim());
                return line !== undefined;
            };
            if (!look()) this.waiting.push(look);
        });
        return within(found, `the server's line "${beginning}.."`);
    }
}

/** Chromium, over its debugging pipe: messages in JSON, each with a zero byte behind it. */
class Browser {
    constructor(profile) {
        const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
        const flags = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", ...root];
        this.process = spawn(chromium, [...flags, "--remote-debugging-pipe", `--user-data-dir=${profile}`], {
            stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        });
        this.ended = new Promise((resolve) => this.process.on("close", resolve));
        this.calls = new Map();
        let rest = Buffer.alloc(0);
        this.process.stdio[4].on("data", (bytes) => {
            rest = Buffer.concat([rest, bytes]);
            for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
                this.receive(JSON.parse(rest.subarray(0, end).toString()));
                rest = rest.subarray(end + 1);
            }
        });
    }

    receive({ id, result, error }) {
        const call = this.calls.get(id);
        this.calls.delete(id);
        if (error) call?.reject(new Error(error.message));
        else call?.resolve(result);
    }

    call(method, params = {}, sessionId = undefined) {
        const id = (this.last = (this.last ?? 0) + 1);
        const answer = new Promise((resolve, reject) => this.calls.set(id, { resolve, reject }));
        this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
        return within(answer, method);
    }

    async open(url) {
        const { targetId } = await this.call("Target.createTarget", { url });
        const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
        const page = new Page(this, targetId, sessionId);
        await page.until("document.readyState === 'complete' && document.querySelector('form') !== null");
        return page;
    }
}

class Page {
    constructor(browser, targetId, sessionId) {
        Object.assign(this, { browser, targetId, sessionId });
    }

    /** The value of an expression in the page. */
    async value(expression) {
        const params = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await this.browser.call("Runtime.evaluate", params, this.sessionId);
        if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
        return result.value;
    }

    /** Waits until an expression holds. */
    async until(expression) {
        const began = Date.now();
        while (!(await this.value(`new Promise((done) => setTimeout(() => done(Boolean(${expression})), 20))`))) {
            if (Date.now() - began > PATIENCE) {
                throw new Error(`waited in vain for ${expression} in:\n${await this.log()}`);
            }
        }
    }

    log() {
        return this.value("document.querySelector('#log').textContent");
    }

    /** Types a prompt and sends it. */
    async send(prompt) {
        await this.until("!form.elements.prompt.disabled");
        await this.value(`form.elements.prompt.value = ${JSON.stringify(prompt)}; form.requestSubmit()`);
    }

    /** Sends a prompt and waits for a text of its turn, and for its end. */
    async turn(prompt, text) {
        await this.send(prompt);
        await this.until(`log.textContent.includes(${JSON.stringify(text)}) && !form.elements.prompt.disabled`);
        console.log(`ok: ${prompt}`);
    }

    /** Presses a button of the question, which has to be about this. */
    async press(button, about) {
        await this.until("!question.hidden");
        const asked = await this.value("question.querySelector('p').textContent");
        if (!asked.includes(about)) throw new Error(`asked: ${asked}`);
        await this.value(`[...question.querySelectorAll("button")].find((one) => one.textContent === "${button}").click()`);
    }

    close() {
        return this.browser.call("Target.closeTarget", { targetId: this.targetId });
    }
}

const profile = mkdtempSync(join(tmpdir(), "copilot-sdk-browser-"));
const server = new Server();
const browser = new Browser(profile);
try {
    const address = await server.line("listens");
    const ann = await browser.open(`${address}/?user=ann`);
    await ann.turn("Remember: buy <b>milk</b>", "[add_note] I noted it as number 1.");
    await ann.turn("Remember: call Bob", "I noted it as number 2.");
    await ann.turn("What do I have to do?", "buy <b>milk</b>");

    const bob = await browser.open(`${address}/?user=bob`);
    await bob.turn("What do I have to do?", "Your notes: []");
    await bob.send("Delete: 1");
    await bob.press("Allow", "delete_note");
    await bob.until("log.textContent.includes('there is no note 1')");
    console.log("ok: the notes of others are out of reach");

    await ann.send("Delete: 1");
    await ann.press("Deny", "delete_note");
    await ann.until("log.textContent.includes('I left it there.')");
    await ann.send("Delete: 1");
    await ann.press("Allow", "delete_note");
    await ann.until("log.textContent.includes('I deleted it.')");
    console.log("ok: a person decides about deletions");

    await ann.send("Count slowly");
    await ann.until("log.textContent.includes('3 4 ')");
    await ann.close();
    await server.line("aborted  ann has left");
    console.log("ok: a browser that leaves aborts its turn");

    const again = await browser.open(`${address}/?user=ann`);
    await again.turn("What do I have to do?", 'Your notes: [{"id":2,"text":"call Bob"}]');
    await again.send("Count slowly");
    await again.until("log.textContent.includes('3 4 ')");
    server.process.kill("SIGTERM");
    await again.until("log.textContent.includes('(failed: ')");
    await server.line("stopped");
    const code = await within(server.ended, "the end of the server");
    if (code !== 0) throw new Error(`the server ended with ${code}`);
    console.log("ok: SIGTERM ends the turns, then the server");
} finally {
    server.process.kill("SIGKILL");
    browser.process.kill("SIGTERM");
    await within(browser.ended, "the end of the browser");
    rmSync(profile, { recursive: true, force: true });
}
