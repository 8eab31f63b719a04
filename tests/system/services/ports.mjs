// A port of loopback that nobody has at this moment.
import { createServer } from 'node:net';

export const freePort = () => new Promise((done, failed) => {
  const server = createServer();
  server.once('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});
