// HTTP requests over connections that are kept: fetch() would choose them by itself.
import http from 'node:http';

// So many connections at most, kept open.
export const connections = (most) => new http.Agent({ keepAlive: true, maxSockets: most });

// One request to the server of a URL: {status, headers, text, json, socket}.  It fails where the connection breaks, and
// where nothing comes for so many seconds.
export function request(url, path, { agent, method = 'GET', token, headers = {}, body, seconds } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const asked = http.request({
      agent, method, path, host: hostname, port, timeout: seconds && seconds * 1000,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    }, (answer) => {
      asked.off('error', fail).on('error', () => {}); // who is refused may still be sending
      const parts = [];
      answer.on('data', (part) => parts.push(part)).on('error', fail).on('end', () => {
        const text = Buffer.concat(parts).toString();
        done({
          status: answer.statusCode, headers: answer.headers, text, socket: asked.socket,
          get json() { return JSON.parse(text); },
        });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${seconds} s`)));
    asked.on('error', fail);
    asked.end(body);
  });
}
