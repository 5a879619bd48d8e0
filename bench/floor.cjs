// The least that a program can do: sends the requests in the file that the argument names over 64 connections, and
// reads the answers without looking at them.
const { Agent, request } = require("node:http");
const { readFileSync } = require("node:fs");

const CONNECTIONS = 64;
const { url, requests } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function send({ method, path, accept, body }) {
  return new Promise((resolve, reject) => {
    const headers = {
      accept,
      "accept-encoding": "gzip",
      ...(body === "" ? {} : { "content-type": "application/json" }),
    };
    const sent = request(new URL(path, url), { method, agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
      response.resume().on("end", resolve).on("error", reject);
    });
    sent.on("error", reject).end(body);
  });
}

void Promise.all(requests.map(send)).then(() => agent.destroy());
