import Sequencer from '@jest/test-sequencer';

/** Folders of tests that play whole accounts, longest first: at the end no processor shall wait for one file. */
const longest = [/[\\/]test[\\/]simulation[\\/]/, /[\\/]test[\\/]deploy[\\/]/, /[\\/]test[\\/](browser|engines)[\\/]/];

const rank = ({ path }) => {
  const found = longest.findIndex((folder) => folder.test(path));
  return found === -1 ? longest.length : found;
};

/** Within a folder jest's own order holds: what failed or took long the last time comes first. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
