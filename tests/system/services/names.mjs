// Names that nobody takes for each other: a hub compares with one another all who are called alike.
import { createHash } from 'node:crypto';

export const nameOf = (id) => {
  const word = createHash('md5').update(String(id)).digest('hex').slice(0, 10).replace(/\d/g, (digit) => 'ghijklmnop'[digit]);
  return word[0].toUpperCase() + word.slice(1);
};
