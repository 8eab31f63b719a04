// What benchmarks share: a clock, and what the disk of this machine costs.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const seconds = (work) => {
  const from = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - from) / 1e9;
};

// The middle one of many forced writes of 8 KiB.
export function fdatasyncMs(directory) {
  const path = join(directory, 'fdatasync');
  const fd = openSync(path, 'w');
  const block = Buffer.alloc(8192, 1);
  const times = [];
  for (let i = 0; i < 200; i++) {
    writeSync(fd, block, 0, block.length, 0);
    times.push(seconds(() => fdatasyncSync(fd)) * 1000);
  }
  closeSync(fd);
  rmSync(path);
  return times.sort((a, b) => a - b)[100];
}

// The value below which the share of them lies.
export const quantile = (numbers, share) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
