// A TCP proxy on loopback that breaks what goes through it: what a network does, at a moment of the test's
// choice.  Faults count the bytes that come from the server, and hold for connections made afterwards.
//
//   const proxy = await Proxy.open(serverPort);
//   proxy.cut(1234);     // the next connection that brings so much is reset behind that byte, once
//   proxy.slow(1);       // bytes a second
//   proxy.delay(200);    // each piece, in milliseconds
//   proxy.flip(77);      // one bit of that byte, once
//   proxy.drop();        // reset all that is open, now
//   proxy.refuse(true);  // nobody gets through
//   proxy.heal();
import { connect, createServer } from 'node:net';

export class Proxy {
  constructor(target, host) {
    this.target = target;
    this.host = host;
    this.open = new Set();
    this.count = 0; // connections so far
    this.cuts = 0; // faults that struck
    this.heal();
    this.server = createServer((client) => this.#serve(client));
  }

  static async open(target, host = '127.0.0.1') {
    const proxy = new Proxy(target, host);
    await new Promise((done, failed) => proxy.server.once('error', failed).listen(0, '127.0.0.1', done));
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  cut(bytes) { this.cutAt = bytes; }
  slow(bytes) { this.rate = bytes; }
  delay(ms) { this.wait = ms; }
  flip(byte) { this.flipAt = byte; }
  refuse(so) { this.refusing = so; if (so) this.drop(); }
  heal() { this.cutAt = this.rate = this.flipAt = null; this.wait = 0; this.refusing = false; }
  drop() { for (const pair of this.open) pair.end(); }

  close() {
    this.drop();
    return new Promise((done) => this.server.close(done));
  }

  #serve(client) {
    this.count++;
    client.on('error', () => {});
    if (this.refusing) return client.resetAndDestroy();
    const server = connect(this.target, this.host);
    const pair = { passed: 0, end: () => { client.resetAndDestroy(); server.destroy(); this.open.delete(pair); } };
    this.open.add(pair);
    server.on('error', pair.end);
    client.pipe(server);
    client.on('close', () => { server.destroy(); this.open.delete(pair); });
    server.on('close', () => { if (!client.destroyed && !pair.busy) client.end(); });
    server.on('data', (piece) => {
      server.pause();
      pair.busy = true;
      this.#pass(pair, client, piece).then(() => {
        pair.busy = false;
        if (server.destroyed) client.end(); else server.resume();
      });
    });
    return undefined;
  }

  async #pass(pair, client, piece) {
    let end = false;
    if (this.flipAt !== null && this.flipAt < pair.passed + piece.length && this.flipAt >= pair.passed) {
      piece[this.flipAt - pair.passed] ^= 1;
      this.flipAt = null;
      this.cuts++;
    }
    if (this.cutAt !== null && this.cutAt < pair.passed + piece.length) {
      piece = piece.subarray(0, Math.max(0, this.cutAt - pair.passed));
      this.cutAt = null;
      this.cuts++;
      end = true;
    }
    pair.passed += piece.length;
    const step = this.rate ?? piece.length;
    for (let at = 0; at < piece.length && !client.destroyed; at += step) {
      const part = piece.subarray(at, at + step);
      if (this.rate !== null) await new Promise((done) => setTimeout(done, 1000));
      else if (this.wait) await new Promise((done) => setTimeout(done, this.wait));
      if (client.destroyed) break;
      if (!client.write(part)) await new Promise((done) => { client.once('drain', done); client.once('close', done); });
    }
    if (end && !client.destroyed) {
      // What was written goes out first: the reset stands behind that byte.
      await new Promise((done) => { client.write('', done); client.once('close', done); });
      setTimeout(pair.end, 5);
      await new Promise((done) => client.once('close', done));
    }
  }
}
