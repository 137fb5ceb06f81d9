// Creates a container of Azure's emulator and a bucket of that of S3, once they answer: object_store has no call for it.
import { createHmac } from 'node:crypto';

const container = process.argv[2];
const account = 'devstoreaccount1';
// The emulator's key, which is the same everywhere.
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

async function createContainer() {
    const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2023-11-03' };
    const named = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`).join('');
    const resource = `/${account}/${account}/${container}\nrestype:container`;
    const text = `PUT${'\n'.repeat(12)}${named}${resource}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    headers.authorization = `SharedKey ${account}:${signature}`;
    const url = `http://127.0.0.1:10000/${account}/${container}?restype=container`;
    const answer = await fetch(url, { method: 'PUT', headers });
    if (answer.status !== 201 && answer.status !== 409) {
        throw new Error(`${answer.status}: ${await answer.text()}`);
    }
}

async function createBucket() {
    const answer = await fetch(`http://127.0.0.1:10001/${container}`, { method: 'PUT' });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

async function retried(create) {
    for (let attempt = 1; ; attempt++) {
        try {
            return await create();
        } catch (error) {
            if (attempt === 200 || error.cause?.code !== 'ECONNREFUSED') throw error;
            await new Promise((resume) => setTimeout(resume, 100));
        }
    }
}

await retried(createContainer);
await retried(createBucket);
