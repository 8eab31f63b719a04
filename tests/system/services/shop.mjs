// A shop with a REST interface over its orders, for tests: a real HTTP server that pages in every way, asks
// for every kind of login, and misbehaves on demand.
//
//   const shop = await Shop.open({ login: 'basic' });
//   shop.add(1000);                      // orders, changed "now" by the shop's own clock
//   shop.url('/link?per_page=100')       // /link /body /cursor /page /all /orders.csv /orders.xml
//   shop.clock = -3600e3;                // an hour slow
//   shop.next(429, { 'retry-after': 1 }) // the answer to the next request
//
// `since` asks for what changed at or after a time, or has at least that number.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

import { nameOf } from './names.mjs';

export const LOGIN = { user: 'axle', password: 'pull-canary-password', header: 'X-Shop-Key',
  key: 'pull-canary-key', client: 'axle-client', secret: 'pull-canary-secret' };

export class Shop {
  constructor(login) {
    this.login = login;
    this.clock = 0;
    this.orders = new Map();
    this.tokens = new Map(); // token -> when it ends
    this.lifetime = 3600;
    this.requests = []; // "METHOD path status" of each
    this.tokensGiven = 0;
    this.planned = []; // answers to the next requests instead
    this.gzip = false;
    this.most = 1000; // orders a page at most, whatever is asked for
    this.twist = null; // (page) => page: what is wrong with a page before it goes out
    this.sequence = 0;
  }

  static async open({ login = 'none' } = {}) {
    const shop = new Shop(login);
    await shop.start();
    return shop;
  }

  async start() {
    this.server = createServer((request, answer) => this.#serve(request, answer));
    this.server.keepAliveTimeout = 60000;
    await new Promise((done, failed) => this.server.once('error', failed).listen(this.port ?? 0, '127.0.0.1', done));
    this.port = this.server.address().port;
  }

  // Everything open is cut off; start() goes on at the same port.
  async stop() {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }

  url(path, port = this.port) { return `http://127.0.0.1:${port}${path}`; }
  now() { return Date.now() + this.clock; }
  next(status, headers = {}, body = '') { this.planned.push({ status, headers, body }); }

  put(id, fields = {}) {
    this.sequence++;
    this.orders.set(String(id), { id: String(id), number: this.sequence,
      updated_at: new Date(this.now()).toISOString(), customer: { family: nameOf(id),
        email: `buyer${id}@shop.example.org` }, total: '12.50', ...fields });
  }

  add(count, from = this.orders.size + 1) {
    for (let i = 0; i < count; i++) this.put(from + i);
  }

  // A token from now on is worth nothing.
  forgetTokens() { this.tokens.clear(); }

  #refused(request) {
    const said = request.headers.authorization ?? '';
    const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    switch (this.login) {
      case 'basic': return said !== basic(LOGIN.user, LOGIN.password);
      case 'key': return request.headers[LOGIN.header.toLowerCase()] !== LOGIN.key;
      case 'oauth': return !((this.tokens.get(said.replace('Bearer ', '')) ?? 0) > Date.now());
      default: return false;
    }
  }

  #token(request, body, send) {
    const basic = `Basic ${Buffer.from(`${LOGIN.client}:${LOGIN.secret}`).toString('base64')}`;
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'client_credentials' || request.headers.authorization !== basic)
      return send(401, {}, '{"error":"invalid_client"}');
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, Date.now() + this.lifetime * 1000);
    this.tokensGiven++;
    return send(200, { 'content-type': 'application/json' },
      JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: this.lifetime }));
  }

  // What was asked for, in the order of change.
  #select(since) {
    const all = [...this.orders.values()].sort((a, b) =>
      a.updated_at < b.updated_at ? -1 : a.updated_at > b.updated_at ? 1 : a.number - b.number);
    if (!since) return all;
    return all.filter((order) => (/^\d+$/.test(since) ? order.number >= Number(since) : order.updated_at >= since));
  }

  #page(url) {
    const ask = url.searchParams;
    const size = Math.min(Number(ask.get('per_page') ?? 100), this.most);
    const since = ask.get('since');
    const after = ask.get('after'); // "updated_at number": where the page before ended
    let list = this.#select(since);
    if (url.pathname === '/page') list = list.slice((Number(ask.get('page') ?? 1) - 1) * size);
    else if (after) {
      const [time, number] = after.split(' ');
      list = list.filter((o) => o.updated_at > time || (o.updated_at === time && o.number > Number(number)));
    }
    const orders = list.slice(0, size);
    const last = orders.at(-1);
    const more = list.length > size ? `${last.updated_at} ${last.number}` : null;
    return { orders, more, since, size };
  }

  #link(url, { more, since, size }) {
    const ask = new URLSearchParams({ after: more, per_page: size, ...(since ? { since } : {}) });
    return `${url.pathname}?${ask}`;
  }

  #answer(url, request, send) {
    const json = { 'content-type': 'application/json' };
    if (url.pathname === '/orders.csv') {
      const lines = this.#select().map((o) => `${o.id},${o.customer.family},${o.customer.email}`);
      return send(200, { 'content-type': 'text/csv' }, ['id,family,email', ...lines, ''].join('\n'));
    }
    if (url.pathname === '/orders.xml') {
      const cards = this.#select().map((o) => `<order id="${o.id}"><family>${o.customer.family}</family><email>${o.customer.email}</email></order>`);
      return send(200, { 'content-type': 'text/xml' }, `<orders>${cards.join('\n')}</orders>`);
    }
    if (url.pathname === '/all') {
      const body = JSON.stringify({ orders: this.#select() });
      const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
      if (request.headers['if-none-match'] === etag) return send(304, { etag });
      return send(200, { ...json, etag }, body);
    }
    let page = this.#page(url);
    if (this.twist) page = this.twist(page, url) ?? page;
    if (page.raw !== undefined) return send(200, json, page.raw);
    const link = page.link ?? (page.more ? this.#link(url, page) : null);
    switch (url.pathname) {
      case '/link': return send(200, link ? { ...json, link: `<${link}>; rel="next", </>; rel="first"` } : json,
        JSON.stringify(page.orders));
      case '/lines': return send(200, link ? { link: `<${link}>; rel="next"` } : {},
        page.orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
      case '/body': return send(200, json, JSON.stringify({ orders: page.orders, links: { next: link && new URL(link, `http://${request.headers.host}`) } }));
      case '/cursor': return send(200, json, JSON.stringify({ orders: page.orders, next: page.more }));
      case '/page': return send(200, json, JSON.stringify({ orders: page.orders }));
      default: return send(404, {}, 'no such thing');
    }
  }

  #serve(request, answer) {
    let body = '';
    const url = new URL(request.url, 'http://shop');
    const send = (status, headers = {}, text = '') => {
      const packed = this.gzip && text !== '' ? gzipSync(text) : Buffer.from(text);
      this.requests.push(`${request.method} ${request.url} ${status}`);
      answer.writeHead(status, { date: new Date(this.now()).toUTCString(), ...headers,
        'content-length': packed.length, ...(this.gzip && text !== '' ? { 'content-encoding': 'gzip' } : {}) });
      answer.end(packed);
    };
    request.on('error', () => {});
    answer.on('error', () => {});
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      if (url.pathname === '/token') return this.#token(request, body, send);
      const plan = this.planned.shift();
      if (plan && typeof plan.body === 'function') return plan.body(request, answer);
      if (plan) return send(plan.status, plan.headers, plan.body);
      if (this.#refused(request)) return send(401, { 'www-authenticate': 'Bearer' }, 'who are you?');
      return this.#answer(url, request, send);
    });
  }
}
