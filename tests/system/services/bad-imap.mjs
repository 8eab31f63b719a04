// An IMAP server that lies: what it does with each command is the test's choice.
//
//   const server = await BadImap.open([message, ...]);       // {uid, raw, size?, say?}
//   server.on = (command, socket, tag) => ...                // true: it has answered by itself
import { createServer } from 'node:net';

export class BadImap {
  static async open(messages, { user = 'anna', password = 'open-sesame' } = {}) {
    const imap = new BadImap();
    Object.assign(imap, { messages, user, password, logins: 0, commands: [], on: () => false, sockets: new Set() });
    imap.server = createServer((socket) => imap.#serve(socket));
    await new Promise((done) => imap.server.listen(0, '127.0.0.1', done));
    imap.port = imap.server.address().port;
    return imap;
  }

  url(folder = 'INBOX') { return `imap://127.0.0.1:${this.port}/${folder}`; }

  close() {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((done) => this.server.close(done));
  }

  #serve(socket) {
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    socket.write('* OK ready\r\n');
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end; (end = text.indexOf('\r\n')) >= 0; text = text.slice(end + 2)) this.#answer(socket, text.slice(0, end));
    });
  }

  #answer(socket, line) {
    if (line === 'DONE') return socket.write(`${socket.idling} OK done\r\n`);
    const [, tag, command] = line.match(/^(\S+) (.*)$/);
    const say = (...lines) => socket.write([...lines, `${tag} OK done`, ''].join('\r\n'), 'latin1');
    this.commands.push(command);
    if (this.on(command, socket, tag)) return undefined;
    if (/^LOGIN/.test(command)) { this.logins++; return say(); }
    if (/^CAPABILITY/.test(command)) return say('* CAPABILITY IMAP4rev1 IDLE');
    if (/^EXAMINE/.test(command)) {
      const next = Math.max(0, ...this.messages.map(({ uid }) => uid)) + 1;
      return say(`* ${this.messages.length} EXISTS`, '* OK [UIDVALIDITY 7] valid', `* OK [UIDNEXT ${next}] next`);
    }
    if (/^IDLE/.test(command)) { socket.idling = tag; return socket.write('+ idling\r\n'); }
    const fetch = command.match(/^UID FETCH (\S+) \(UID (.*)\)$/);
    if (!fetch) return socket.write(`${tag} BAD what\r\n`);
    const ranges = fetch[1].split(',').map((range) => range.split(':').map(Number));
    this.messages.forEach((message, index) => {
      const { uid, raw, size, say: told } = message;
      if (!ranges.some(([from, to = from]) => uid >= from && uid <= to)) return;
      if (fetch[2] === 'RFC822.SIZE') return socket.write(`* ${index + 1} FETCH (UID ${uid} RFC822.SIZE ${size ?? raw.length})\r\n`);
      const part = fetch[2].endsWith('<0.65536>') ? raw.slice(0, 65536) : raw;
      const name = part === raw && !fetch[2].endsWith('>') ? 'BODY[]' : 'BODY[]<0>';
      if (told) return socket.write(told, 'latin1');
      return socket.write(`* ${index + 1} FETCH (UID ${uid} ${name} {${part.length}}\r\n${part})\r\n`, 'latin1');
    });
    return say();
  }
}
